import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readLibsvm } from './libsvm.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'vitrine-libsvm-'));
});
afterAll(() => rmSync(root, { recursive: true }));

let files = 0;
function file(lines: readonly string[], groups?: readonly (number | string)[]): string {
  const path = join(root, `${++files}.txt`);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  if (groups) writeFileSync(`${path}.query`, groups.map((line) => `${line}\n`).join(''));
  return path;
}

test('rows with qid: absent columns are 0, nan is missing, comments are left out', async () => {
  const path = file(['# a comment', '2 qid:7 1:.5 3:-1e2 # doc 9', '0 qid:7', '', '1 qid:x 0:3 2:nan\r']);
  expect(await readLibsvm(path)).toEqual({
    columns: 4,
    features: Float32Array.of(0, 0.5, 0, -100, 0, 0, 0, 0, 3, 0, Number.NaN, 0),
    labels: Float32Array.of(2, 0, 1),
    offsets: Int32Array.of(0, 2, 3),
    unknownColumns: 0,
  });
});

test('rows with a file of sizes beside; a test file has the columns of the training file', async () => {
  const path = file(['1 1:1', '0 1:2 4:9', '3'], [2, 1]);
  const read = await readLibsvm(path, 3);
  expect(read).toMatchObject({ columns: 3, offsets: Int32Array.of(0, 2, 3), unknownColumns: 2 });
  expect([...read.features]).toEqual([0, 1, 0, 0, 2, 0, 0, 0, 0]);
});

test('a file of more rows than a block, that shows a new column late', async () => {
  const rows = Array.from({ length: 9000 }, (_, i) => `${i % 3} qid:${i >> 4} 1:${i} ${i > 8500 ? `9:${-i}` : ''}`);
  const { features, columns, labels } = await readLibsvm(file(rows));
  expect([columns, labels.length]).toEqual([10, 9000]);
  for (const i of [0, 4095, 4096, 8500, 8501, 8999]) {
    expect([features[i * 10 + 1], features[i * 10 + 9]]).toEqual([i, i > 8500 ? -i : 0]);
  }
});

test.each([
  ['a grade that is none', ['1 qid:1 1:1', 'nan qid:1 1:1'], /:2: the grade is nan/],
  ['a grade with a fraction', ['0.5 qid:1 1:1'], /:1: the grade is 0.5/],
  ['a column without value', ['1 qid:1 1:'], /:1: the value of column 1 is absent/],
  ['a value that is no number', ['1 qid:1 1:a'], /:1: the value of column 1 is a/],
  ['an infinite value', ['1 qid:1 1:1', '1 qid:1 2:1e39'], /:2: the value of column 2 is 1e39/],
  ['no column', ['1 qid:1 abc'], /:1: abc names no column/],
  ['a column beyond the most', ['1 qid:1 70000:1'], /:1: 70000:1 names no column/],
  ['a column twice', ['1 qid:1 2:1 2:1'], /:1: column 2 after column 2/],
  ['a query apart', ['1 qid:1 1:1', '1 qid:2 1:1', '1 qid:1 1:1'], /:3: query 1 again/],
  ['a row without qid', ['1 qid:1 1:1', '1 1:1'], /:2: there is no qid:/],
  ['a late qid', ['1 1:1', '1 qid:1 1:1'], /:2: earlier rows have no qid:/],
  ['no groups', ['1 1:1'], /no qid:, and there is no .*query beside/],
  ['no rows', ['# nothing'], /is empty/],
])('%s is refused with its place', async (_, lines, message) => {
  await expect(readLibsvm(file(lines))).rejects.toMatchObject({ code: 'bad-input', message: expect.stringMatching(message) });
});

test.each([
  ['too few', [1], /has queries of 1 rows, .* has 2 rows/],
  ['none of a size', [1, 'x'], /query:2: x is no size/],
])('sizes of queries: %s', async (_, groups, message) => {
  await expect(readLibsvm(file(['1 1:1', '0 1:1'], groups))).rejects.toThrow(message);
});
