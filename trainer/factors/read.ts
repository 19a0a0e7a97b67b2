import { statSync } from 'node:fs';
import type { ItemId } from '../../shared/contract/id.ts';
import { scanDimensions } from '../../shared/kernel/scan.ts';
import { type Database, openDatabase, quote } from '../adapter/duckdb.ts';
import type { ItemFactors } from '../candidate/ials.ts';
import { Failure } from '../failure.ts';

export interface FactorFiles {
  /** Parquet file, or a directory of them as Spark writes: an id column and a list column of FLOAT or DOUBLE. */
  readonly factors: string;
  /** Parquet or CSV of two columns: the id in `factors`, and the item's own id. Absent: they are the same. */
  readonly ids?: string;
}

export interface ReadFactors extends ItemFactors {
  /** Rows whose id is an item of the catalogue. */
  readonly known: number;
  readonly unknown: number;
  /** Items of the catalogue without a row: their vector is zeros, they are never near anything. */
  readonly missing: number;
  /** Rows that are zeros. */
  readonly zero: number;
}

const badInput = (message: string, hint?: string) => new Failure('bad-input', message, hint);

/**
 * Factors made elsewhere, in the order of the catalogue: (id, vector), or Spark MLlib's (id int, features array<float>) with the file that its ids
 * stand for.
 * @throws Failure `bad-input` that says what is wrong, and where, when they are not one finite vector of one length per item; `no-data` when no id is known.
 */
export async function readFactors({ factors, ids }: FactorFiles, items: readonly ItemId[]): Promise<ReadFactors> {
  const database = await openDatabase();
  try {
    await viewFactors(database, factors, ids);
    const rank = await checkVectors(database, factors);
    const catalogue = await database.writer('catalogue', { item: 'VARCHAR', ordinal: 'INTEGER' });
    for (const [ordinal, item] of items.entries()) catalogue.write([item, ordinal]);
    catalogue.close();
    await database.run(`CREATE TABLE known AS SELECT ordinal, vector FROM factors JOIN catalogue USING (item)`);
    const [counts] = await database.rows<{ rows: number; known: number; zero: number }>(`SELECT
      (SELECT count(*)::DOUBLE FROM factors) AS rows, (SELECT count(*)::DOUBLE FROM known) AS known,
      (SELECT count(*)::DOUBLE FROM known WHERE list_max(list_transform(vector, lambda x: abs(x))) = 0) AS zero`);
    const { rows, known, zero } = counts as { rows: number; known: number; zero: number };
    if (known === 0) {
      const hint = ids
        ? undefined
        : 'Ids of Spark and other trainers are often numbers of their own: --ids says which items they are.';
      throw new Failure('no-data', `${factors}: none of ${rows} ids is an item of the release.`, hint);
    }
    const values = await valuesOf(database, items.length, rank);
    return { items: items.length, rank, values, known, unknown: rows - known, missing: items.length - known, zero };
  } finally {
    database.close();
  }
}

/** The table `factors`: item, vector (DOUBLE[]); one row per row of the file whose id has a name. */
async function viewFactors(database: Database, path: string, ids: string | undefined): Promise<void> {
  const columns = await columnsOf(database, path);
  const lists = columns.filter(({ type }) => /^(FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))\[\d*\]$/.test(type));
  const keys = columns.filter(({ type }) => /^(VARCHAR|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?)$/.test(type));
  const [vector, key] = [lists[0], keys.find(({ name }) => name === 'id') ?? keys[0]];
  if (lists.length !== 1 || !vector || !key || (keys.length > 1 && key.name !== 'id')) {
    const found = columns.map(({ name, type }) => `${name} ${type}`).join(', ');
    throw badInput(`${path}: one column of ids and one list of FLOAT or DOUBLE expected, there are ${found}.`);
  }
  const source = `SELECT ${name(key.name)}::VARCHAR AS key, ${name(vector.name)}::DOUBLE[] AS vector FROM ${readerOf(path)}`;
  if (!ids) return database.run(`CREATE TABLE factors AS SELECT key AS item, vector FROM (${source})`);
  const [from, to, more] = await columnsOf(database, ids);
  if (!from || !to || more) throw badInput(`${ids}: two columns expected, the id in ${path} and the item's id.`);
  await database.run(
    `CREATE TABLE names AS SELECT ${name(from.name)}::VARCHAR AS key, ${name(to.name)}::VARCHAR AS item FROM ${readerOf(ids)}`,
  );
  const [twice] = await database.rows<{ key: string }>(
    `SELECT key FROM names GROUP BY key HAVING count(*) > 1 ORDER BY key LIMIT 1`,
  );
  if (twice) throw badInput(`${ids}: the id ${twice.key} stands for several items.`);
  await database.run(`CREATE TABLE factors AS SELECT item, vector FROM (${source}) LEFT JOIN names USING (key)`);
}

/** @returns their length. */
async function checkVectors(database: Database, path: string): Promise<number> {
  const [shape] = await database.rows<{ rows: number; least: number | null; most: number | null; none: number }>(`SELECT
    count(*)::DOUBLE AS rows, min(len(vector))::DOUBLE AS least, max(len(vector))::DOUBLE AS most,
    count(*) FILTER (vector IS NULL)::DOUBLE AS none FROM factors`);
  const { rows, least, most, none } = shape as NonNullable<typeof shape>;
  if (rows === 0) throw new Failure('no-data', `${path} has no rows.`);
  if (none > 0 || least === null || most === null) throw badInput(`${path}: ${none} of ${rows} rows have no vector.`);
  if (least !== most)
    throw badInput(`${path}: vectors of one length expected, there are some of ${least} and some of ${most} values.`);
  if (least < 1 || least > scanDimensions)
    throw badInput(`${path}: vectors of 1 to ${scanDimensions} values expected, not ${least}.`);
  // float32 is what they become: what does not fit is as bad as an infinity.
  const [bad] = await database.rows<{ item: string }>(`SELECT item FROM factors
    WHERE len(list_filter(vector, lambda x: x IS NULL OR NOT abs(x) < 3.4e38)) > 0 ORDER BY item LIMIT 1`);
  if (bad) throw badInput(`${path}: the vector of ${bad.item} holds a value that is missing or not a finite float32.`);
  const [twice] = await database.rows<{ item: string; n: number }>(
    `SELECT item, count(*)::DOUBLE AS n FROM factors WHERE item IS NOT NULL GROUP BY item HAVING n > 1 ORDER BY item LIMIT 1`,
  );
  if (twice) throw badInput(`${path}: ${twice.item} has ${twice.n} vectors.`);
  return least;
}

/** [items x rank], zeros where there is no row. */
async function valuesOf(database: Database, items: number, rank: number): Promise<Float32Array> {
  const values = new Float32Array(items * rank);
  const most = 2048;
  const [ordinal, place, value] = [new Int32Array(most), new Int32Array(most), new Float32Array(most)];
  const sql = `SELECT ordinal, unnest(range(${rank}))::INTEGER, unnest(vector)::FLOAT FROM known`;
  for await (const chunk of database.chunks(sql)) {
    chunk.copy(0, ordinal, 0);
    chunk.copy(1, place, 0);
    chunk.copy(2, value, 0);
    for (let i = 0; i < chunk.rows; i++) values[(ordinal[i] as number) * rank + (place[i] as number)] = value[i] as number;
  }
  return values;
}

interface Column {
  readonly name: string;
  readonly type: string;
}

async function columnsOf(database: Database, path: string): Promise<Column[]> {
  try {
    return await database.rows<Column>(
      `SELECT column_name AS name, column_type AS type FROM (DESCRIBE SELECT * FROM ${readerOf(path)})`,
    );
  } catch (error) {
    const [line] = String((error as Error).message).split('\n');
    throw badInput(`${path} cannot be read: ${line}`);
  }
}

function readerOf(path: string): string {
  if (statSync(path).isDirectory()) return `read_parquet(${quote(`${path}/*.parquet`)})`;
  return path.endsWith('.csv') ? `read_csv(${quote(path)}, all_varchar = true)` : `read_parquet(${quote(path)})`;
}

const name = (column: string): string => `"${column.replaceAll('"', '""')}"`;
