import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ItemId } from '../../shared/contract/id.ts';
import { openDatabase } from '../adapter/duckdb.ts';
import { readFactors } from './read.ts';

const items = ['a', 'b', 'c', 'd'] as ItemId[];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-factors-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A Parquet file of a query. */
async function parquet(name: string, query: string): Promise<string> {
  const path = join(folder, name);
  const database = await openDatabase();
  await database.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
  database.close();
  return path;
}

describe('factors made elsewhere', () => {
  test('are put in the order of the catalogue, and counted', async () => {
    const factors = await parquet(
      'plain.parquet',
      `SELECT * FROM (VALUES ('c', [1.5, -2]), ('zz', [9, 9]), ('a', [0, 0])) AS rows(id, vector)`,
    );
    const read = await readFactors({ factors }, items);
    expect(read).toMatchObject({ items: 4, rank: 2, known: 2, unknown: 1, missing: 2, zero: 1 });
    expect([...read.values]).toEqual([0, 0, 0, 0, 1.5, -2, 0, 0]);
  });

  test('of Spark MLlib: a directory, ids that are numbers, and the file that says what they stand for', async () => {
    await mkdir(join(folder, 'itemFactors'));
    const row = (id: number) => `SELECT ${id}::INTEGER AS id, [${id}, ${id} / 2, 0]::FLOAT[] AS features`;
    await parquet('itemFactors/part-0.parquet', `${row(10)} UNION ALL ${row(12)}`);
    await parquet('itemFactors/part-1.parquet', row(11));
    const ids = join(folder, 'ids.csv');
    await writeFile(ids, 'index,item\n10,d\n11,b\n');
    const read = await readFactors({ factors: join(folder, 'itemFactors'), ids }, items);
    expect(read).toMatchObject({ rank: 3, known: 2, unknown: 1, missing: 2 });
    expect([...read.values]).toEqual([0, 0, 0, 11, 5.5, 0, 0, 0, 0, 10, 5, 0]);
    const named = await parquet('ids.parquet', `SELECT 12 AS id, 'a' AS item`);
    expect((await readFactors({ factors: join(folder, 'itemFactors'), ids: named }, items)).known).toBe(1);
  });

  test('more rows than a chunk', async () => {
    const factors = await parquet(
      'many.parquet',
      `SELECT 'i' || i AS id, [i, i + 0.5, -i]::DOUBLE[] AS vector FROM range(5000) AS r(i)`,
    );
    const many = Array.from({ length: 5000 }, (_, i) => `i${4999 - i}` as ItemId);
    const { values, known } = await readFactors({ factors }, many);
    expect(known).toBe(5000);
    expect(
      values.every((value, at) => value === [1, 1, -1][at % 3]! * (4999 - Math.floor(at / 3)) + (at % 3 === 1 ? 0.5 : 0)),
    ).toBe(true);
  });

  test.each([
    ['lengths', `SELECT 'a' AS id, [1, 2.5] AS vector UNION ALL SELECT 'b', [1.5]`, /one length/],
    ['missing', `SELECT 'a' AS id, [1, NULL, 2.5] AS vector`, /vector of a holds a value that is missing/],
    ['infinite', `SELECT 'a' AS id, ['inf'::DOUBLE] AS vector`, /finite/],
    ['nan', `SELECT 'a' AS id, ['nan'::DOUBLE] AS vector`, /finite/],
    ['large', `SELECT 'a' AS id, [1e200] AS vector`, /finite float32/],
    ['none', `SELECT 'a' AS id, NULL::DOUBLE[] AS vector`, /1 of 1 rows have no vector/],
    ['empty', `SELECT 'a' AS id, []::DOUBLE[] AS vector`, /1 to 1024 values/],
    ['twice', `SELECT 'a' AS id, [1.5] AS vector UNION ALL SELECT 'a', [2.5]`, /a has 2 vectors/],
    ['norows', `SELECT 'a' AS id, [1.5] AS vector WHERE false`, /no rows/],
    ['strangers', `SELECT 'x' AS id, [1.5] AS vector`, /none of 1 ids is an item/],
    [
      'columns',
      `SELECT 'a' AS id, 'b' AS name, 1.5::DOUBLE AS vector`,
      /one list of FLOAT or DOUBLE expected, there are id VARCHAR/,
    ],
  ])('refuses %s', async (name, query, message) => {
    const factors = await parquet(`${name}.parquet`, query);
    await expect(readFactors({ factors }, items)).rejects.toThrow(message);
  });

  test('refuses what is no Parquet, and ids that stand for two items', async () => {
    const text = join(folder, 'text.parquet');
    await writeFile(text, 'id,vector');
    await expect(readFactors({ factors: text }, items)).rejects.toThrow(/text.parquet cannot be read/);
    const factors = await parquet('one.parquet', `SELECT 1 AS id, [1.5] AS vector`);
    const ids = join(folder, 'twice.csv');
    await writeFile(ids, 'id,item\n1,a\n1,b\n');
    await expect(readFactors({ factors, ids }, items)).rejects.toThrow(/1 stands for several/);
  });
});
