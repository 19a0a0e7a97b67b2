import { isUtf8 } from 'node:buffer';
import { Failure } from '../failure.ts';
import { type RawRecord, readRecords, scanLine } from './lines.ts';
import type { Cells, Complaint, Row, RowSource } from './row.ts';

/** Rows that are looked at to learn which keys a file has. */
const sampleRows = 1000;

/**
 * Opens a file of one JSON object per line. A column name may be a path into nested objects: `product.id`.
 * @throws Failure `bad-input` when the file is empty.
 */
export async function openNdjson(file: string): Promise<RowSource> {
  const columns = new Set<string>();
  let seen = 0;
  for await (const batch of readRecords(file, scanLine)) {
    for (const record of batch.slice(0, sampleRows - seen)) {
      const { value } = parseObject(record);
      for (const key of Object.keys(value ?? {})) columns.add(key);
    }
    seen += batch.length;
    if (seen >= sampleRows) break;
  }
  if (seen === 0) throw new Failure('bad-input', `${file} is empty.`, 'An NDJSON file has one JSON object per line.');
  return {
    file,
    columns: [...columns],
    complete: false,
    async *rows() {
      for await (const batch of readRecords(file, scanLine)) yield batch.map(parseRow);
    },
  };
}

function parseRow(record: RawRecord): Row {
  const { line, at, bytes } = record;
  const { value, complaint } = parseObject(record);
  return value ? { line, at, bytes, cells: cellsOf(value) } : { line, at, bytes, ...(complaint && { complaint }) };
}

type JsonObject = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

function parseObject({ bytes }: RawRecord): { value?: JsonObject; complaint?: Complaint } {
  const text = bytes.toString('utf8');
  if (text.includes('\ufffd') && !isUtf8(bytes)) {
    return { complaint: { code: 'not-utf8', reason: 'the row is not valid UTF-8' } };
  }
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? { value } : { complaint: { code: 'not-an-object', reason: 'the row is JSON, but not an object' } };
  } catch {
    return { complaint: { code: 'not-json', reason: 'the row is not JSON' } };
  }
}

const cellsOf = (value: JsonObject): Cells => ({
  get(column) {
    if (Object.hasOwn(value, column)) return value[column];
    if (!column.includes('.')) return undefined;
    return column.split('.').reduce<unknown>((at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined), value);
  },
});
