import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCsv } from './csv.ts';
import type { Row } from './row.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'vitrine-csv-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

async function read(content: string | Uint8Array): Promise<{ columns: readonly string[]; rows: Row[] }> {
  const file = join(directory, 'file.csv');
  writeFileSync(file, content);
  const source = await openCsv(file);
  const rows: Row[] = [];
  for await (const batch of source.rows()) rows.push(...batch);
  return { columns: source.columns, rows };
}
const values = (row: Row | undefined, columns: readonly string[]) => columns.map((column) => row?.cells?.get(column));
const outcome = (row: Row) => row.complaint?.code ?? [...'abc'].map((column) => row.cells?.get(column) ?? '');

test('reads quotes, escaped quotes, line breaks in quotes, CRLF and a byte-order mark', async () => {
  const { columns, rows } = await read('\ufeffa,"b",c\r\n1,"two, ""2""",3\r\n\r\n"x\ny",,z\r\nlast,5" pipe,"end"');
  expect(columns).toEqual(['a', 'b', 'c']);
  expect(rows.map(outcome)).toEqual([
    ['1', 'two, "2"', '3'],
    ['x\ny', '', 'z'],
    ['last', '5" pipe', 'end'],
  ]);
  expect(rows.map((row) => row.line)).toEqual([2, 4, 6]);
});

test('gives a bad row up and goes on with the next', async () => {
  const bytes = Buffer.concat([Buffer.from('a,b,c\n1,2\n1,'), Buffer.from([0xff, 0xfe]), Buffer.from(',3\n1,"x"y,3\n4,5,6\n')]);
  const { rows } = await read(bytes);
  expect(rows.map(outcome)).toEqual(['column-count', 'not-utf8', 'bad-quote', ['4', '5', '6']]);
});

test('a quote that never ends costs one line, not the rest of the file', async () => {
  const { rows } = await read('a,b,c\n1,"open,3\n4,5,6\n7,8,9\n');
  expect(rows.map(outcome)).toEqual(['bad-quote', ['4', '5', '6'], ['7', '8', '9']]);
  expect(rows.map((row) => row.line)).toEqual([2, 3, 4]);
});

test.each([';', '\t', '|'])('finds the delimiter %j in the header', async (delimiter) => {
  const { rows } = await read(`a,a${delimiter}b${delimiter}c\n1${delimiter}2,5${delimiter}3\n`);
  expect(values(rows[0], ['a,a', 'b', 'c'])).toEqual(['1', '2,5', '3']);
});

test('the place of a row leads back to its bytes', async () => {
  const content = 'a,b,c\n1,2,3\n"ä",5,6\n';
  const { rows } = await read(content);
  for (const row of rows) expect(Buffer.from(content).subarray(row.at, row.at + row.bytes.length)).toEqual(row.bytes);
});

test('an empty file is refused with its name', async () => {
  await expect(read('')).rejects.toThrow(/file\.csv is empty/);
});

test('rows longer than a read, and rows across reads, are whole', async () => {
  const long = 'x'.repeat(300_000);
  const lines = Array.from({ length: 9 }, (_, i) => `${i},"${long}\n${i}",${i}`);
  const { rows } = await read(`a,b,c\n${lines.join('\n')}\n`);
  expect(rows.map((row) => row.cells?.get('b'))).toEqual(lines.map((_, i) => `${long}\n${i}`));
});

test('what RFC 4180 writes is what is read', async () => {
  const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' ', 'é', '😀') });
  const table = fc.array(fc.tuple(field, field, field), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(table, async (expected) => {
      const lines = expected.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(','));
      const { rows } = await read(`a,b,c\n${lines.join('\n')}\n`);
      expect(rows.map((row) => values(row, ['a', 'b', 'c']))).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});
