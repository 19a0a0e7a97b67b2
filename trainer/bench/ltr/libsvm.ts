import { existsSync } from 'node:fs';
import { Failure } from '../../failure.ts';
import { readRecords, scanLine } from '../../import/lines.ts';
import { malformed, readLines } from '../protocol/tokens.ts';
import { createTable, type GrowingTable } from './table.ts';

/** Documents of queries, with grades. */
export interface RankingFile {
  readonly columns: number;
  /** [rows x columns]; a column that a row does not name is 0, `nan` is missing. */
  readonly features: Float32Array;
  readonly labels: Float32Array;
  /** [queries + 1]. */
  readonly offsets: Int32Array;
  /** Columns of the file beyond `columns`, which are left out. */
  readonly unknownColumns: number;
}

const layout = 'grade [qid:query] column:value ..., grades whole from 0 to 31';
const mostColumn = 65_535;
const mostGrade = 31;
const groupEndings = ['.query', '.group'];

/**
 * Reads libsvm rows. Queries are those of `qid:`, whose rows stand together, or else of a file beside, FILE.query or FILE.group, with the number of rows of
 * each query.
 * @param columns of the training file, for the others; absent: as many as the file has.
 * @throws Failure `bad-input` naming the line.
 */
export async function readLibsvm(file: string, columns?: number): Promise<RankingFile> {
  const table = createTable();
  const labels: number[] = [];
  const starts: number[] = [];
  const seen = new Set<string>();
  let last: string | undefined;
  for await (const batch of readRecords(file, scanLine)) {
    for (const { line: number, bytes } of batch) {
      const text = bytes.toString('latin1');
      const at = text.indexOf('#');
      const row = readRow({ file, number }, at < 0 ? text : text.slice(0, at), table);
      if (!row) continue;
      if (labels.length > 0 && (row.query === undefined) !== (last === undefined))
        throw malformed({ file, number }, row.query === undefined ? 'there is no qid:' : 'earlier rows have no qid:', layout);
      if (row.query !== undefined && row.query !== last) {
        if (seen.has(row.query))
          throw malformed({ file, number }, `query ${row.query} again, after others`, 'rows of a query together');
        seen.add(row.query);
        starts.push(labels.length);
      }
      last = row.query;
      labels.push(row.label);
    }
  }
  if (labels.length === 0) throw new Failure('bad-input', `${file} is empty.`);
  const width = columns ?? table.columns;
  if (width === 0) throw new Failure('bad-input', `${file} has no column.`, `Expected ${layout}.`);
  const offsets = last === undefined ? await readGroups(file, labels.length) : Int32Array.from([...starts, labels.length]);
  const unknownColumns = Math.max(0, table.columns - width);
  return { columns: width, features: table.take(width), labels: Float32Array.from(labels), offsets, unknownColumns };
}

interface Place {
  readonly file: string;
  readonly number: number;
}

/** Adds a row; undefined for a line of blanks or of a comment. */
function readRow(place: Place, text: string, table: GrowingTable): { label: number; query: string | undefined } | undefined {
  const tokens = text.split(/[ \t]+/).filter((token) => token !== '');
  const [first, second] = tokens;
  if (first === undefined) return undefined;
  const label = Number(first);
  if (!Number.isInteger(label) || label < 0 || label > mostGrade) throw malformed(place, `the grade is ${first}`, layout);
  const query = second?.startsWith('qid:') ? second.slice(4) : undefined;
  if (query === '') throw malformed(place, 'the qid: is empty', layout);
  table.addRow();
  let before = -1;
  for (let k = query === undefined ? 1 : 2; k < tokens.length; k++) {
    const token = tokens[k] as string;
    const colon = token.indexOf(':');
    const column = colon > 0 ? Number(token.slice(0, colon)) : Number.NaN;
    if (!(Number.isInteger(column) && column >= 0 && column <= mostColumn))
      throw malformed(place, `${token} names no column`, `${layout}, columns to ${mostColumn}`);
    if (column <= before)
      throw malformed(place, `column ${column} after column ${before}`, 'columns in ascending order, each once');
    before = column;
    const value = token.slice(colon + 1);
    const number = /^nan$/i.test(value) ? Number.NaN : Math.fround(Number(value));
    if (value === '' || (Number.isNaN(number) ? !/^nan$/i.test(value) : Math.abs(number) === Number.POSITIVE_INFINITY))
      throw malformed(
        place,
        `the value of column ${column} is ${value || 'absent'}`,
        'a finite float32, or nan for a missing value',
      );
    table.set(column, number);
  }
  return { label, query };
}

async function readGroups(file: string, rows: number): Promise<Int32Array> {
  const beside = groupEndings.map((ending) => file + ending).find((path) => existsSync(path));
  if (beside === undefined)
    throw new Failure('bad-input', `${file} has no qid:, and there is no ${file}.query beside.`, `Expected ${layout}.`);
  const offsets = [0];
  await readLines(beside, (line) => {
    const size = Number(line.tokens[0]);
    if (!(Number.isInteger(size) && size > 0 && line.tokens.length === 1))
      throw malformed(line, `${line.text} is no size`, 'rows of a query');
    offsets.push((offsets.at(-1) as number) + size);
  });
  if (offsets.at(-1) !== rows)
    throw new Failure('bad-input', `${beside} has queries of ${offsets.at(-1)} rows, ${file} has ${rows} rows.`);
  return Int32Array.from(offsets);
}
