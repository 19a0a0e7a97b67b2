/** One record of a source file, before anyone has judged its content. */
export interface Row {
  /** 1-based line on which the record starts. */
  readonly line: number;
  /** Byte offset of the record in its file. */
  readonly at: number;
  readonly bytes: Buffer;
  /** Absent when the record could not be taken apart; then `complaint` says why. */
  readonly cells?: Cells;
  readonly complaint?: Complaint;
}

/** Closed codes, one per way in which a row can be wrong; `rejected.ndjson` carries them. */
export const complaintCodes = [
  'not-utf8',
  'bad-quote',
  'column-count',
  'not-json',
  'not-an-object',
  'missing-field',
  'bad-id',
  'bad-number',
  'bad-time',
  'future-time',
  'bad-boolean',
  'bad-categories',
  'unknown-type',
  'missing-value',
  'unknown-item',
  'duplicate-item',
  'duplicate-event',
] as const;
export type ComplaintCode = (typeof complaintCodes)[number];

export interface Complaint {
  readonly code: ComplaintCode;
  /** For a person: which field, which value. */
  readonly reason: string;
}

/** Values of a record by column name; undefined where the column is absent. */
export interface Cells {
  get(column: string): unknown;
}

/** A source file: its columns, and its rows in batches in file order. */
export interface RowSource {
  readonly file: string;
  /** CSV: the header. NDJSON: the keys of the first rows. */
  readonly columns: readonly string[];
  /** Whether `columns` are all there can be: a header is, a sample of keys is not. */
  readonly complete: boolean;
  rows(): AsyncGenerator<Row[]>;
}
