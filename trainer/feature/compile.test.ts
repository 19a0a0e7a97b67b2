import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FeatureDefinition } from '../../shared/feature/definition.ts';
import { openDatabase } from '../adapter/duckdb.ts';
import { datasetFiles } from '../log/dataset.ts';
import { clickhouse } from './clickhouse.ts';
import { compileFeatures } from './compile.ts';
import { computeFeatures } from './compute.ts';
import { duckdb } from './duckdb.ts';

const t = Date.UTC(2024, 0, 1);
const clicks = { entity: 'item', placement: 'catalog', events: ['click'] } as const;

/** A data-set directory of these events, [ms after t, user, item, value]. */
async function writeDataset(directory: string, clicked: readonly (readonly [number, string, string, number])[]): Promise<void> {
  const database = await openDatabase();
  const rows = clicked.map(
    ([ms, user, item, value], e) =>
      `('e${e}', 'click', '${user}', '${user}.0', '${item}', ${t + ms}::BIGINT, ${value}::DOUBLE, NULL::DOUBLE, NULL::VARCHAR)`,
  );
  await database.run(`
    COPY (SELECT * FROM (VALUES ${rows.join(', ')}) AS events(id, type, "user", session, item, "tMs", value, quantity, surface))
      TO '${join(directory, datasetFiles.events)}' (FORMAT parquet);
    COPY (SELECT * FROM (VALUES ('a', 10.0, ['x']), ('b', 40.0, ['x', 'y'])) AS items(id, price, categories))
      TO '${join(directory, datasetFiles.items)}' (FORMAT parquet);`);
  database.close();
}

describe('computeFeatures', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vitrine-features-'));
    await writeDataset(directory, [
      [0, 'u', 'a', 1],
      [1000, 'u', 'a', 2],
      [1000, 'v', 'a', 4],
      [2000, 'u', 'b', 8],
    ]);
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  test('a value holds nothing of its own time or later: a planted click at the very millisecond is not in it', async () => {
    const sums: FeatureDefinition = { name: 'sum', ...clicks, aggregate: { kind: 'sum' } };
    const at = (ms: number) => ({ tMs: t + ms, item: 'a', user: 'u' });
    const { values } = await computeFeatures(directory, [sums], [at(0), at(1), at(1000), at(1001), at(9000)]);
    expect([...values]).toEqual([0, 1, 1, 7, 7]);
  });

  test('rows come in the order of the queries, columns in that of the definitions; missing is NaN', async () => {
    const definitions: FeatureDefinition[] = [
      { name: 'query', ...clicks, aggregate: { kind: 'timeSince' } },
      { name: 'order', entity: 'user', placement: 'device', events: ['click'], aggregate: { kind: 'distinct', of: 'item' } },
      { name: 'match', entity: 'userItem', placement: 'device', events: ['click'], match: { attribute: 'categories', last: 2 } },
    ];
    const queries = [
      { tMs: t + 3000, item: 'b', user: 'u' },
      { tMs: t, item: 'b', user: 'u' },
      { tMs: t + 1500, item: 'a', user: 'nobody' },
      { tMs: t + 1500, item: 'unknown' },
    ];
    const { columns, n, values } = await computeFeatures(directory, definitions, queries);
    expect({ columns, n }).toEqual({ columns: ['query', 'order', 'match'], n: 4 });
    const missing = Number.NaN;
    expect([...values]).toEqual([1, 2, 1, missing, 0, missing, 0.5, 0, missing, missing, 0, missing]);
  });

  test('vectors are compared where they are given', async () => {
    const last: FeatureDefinition = {
      name: 'last',
      entity: 'userItem',
      placement: 'device',
      events: ['click'],
      dot: 'last',
      last: 1,
    };
    const vectors = new Map([
      ['a', Float32Array.of(3, 4)],
      ['b', Float32Array.of(0, 2)],
    ]);
    const { values } = await computeFeatures(directory, [last], [{ tMs: t + 9000, item: 'a', user: 'u' }], { vectors });
    expect([...values]).toEqual([4]);
  });

  test('a column that the log does not have is named', async () => {
    const cards: FeatureDefinition = {
      ...clicks,
      name: 'n',
      entity: 'named',
      key: 'card',
      placement: 'edge',
      aggregate: { kind: 'count' },
    };
    await expect(computeFeatures(directory, [cards], [])).rejects.toThrow(/entities\.card/);
  });
});

test('what is read once per entity does not grow with the number of features', () => {
  const count = (name: string, windowSeconds: number): FeatureDefinition => ({
    name,
    ...clicks,
    aggregate: { kind: 'count', windowSeconds },
  });
  const { sql } = compileFeatures([count('a', 60), count('b', 3600), count('again', 3600)], duckdb);
  expect(sql.match(/FROM log/g)).toHaveLength(1);
  expect(sql.match(/sum\(1\)/g)).toHaveLength(2);
});

test('texts of definitions are data in every dialect', () => {
  const value = "it's \\ 'quoted'";
  const feature: FeatureDefinition = { ...clicks, name: 'n', aggregate: { kind: 'count' }, where: { surface: value } };
  expect(compileFeatures([feature], duckdb).sql).toContain("'it''s \\ ''quoted'''");
  expect(compileFeatures([feature], clickhouse).sql).toContain("'it\\'s \\\\ \\'quoted\\''");
});

test('ClickHouse refuses a frame that it cannot count, rather than count another', () => {
  const velocity: FeatureDefinition = { ...clicks, name: 'n', aggregate: { kind: 'velocity', windowSeconds: 30 * 86_400 } };
  expect(() => compileFeatures([velocity], clickhouse)).toThrow(RangeError);
  expect(compileFeatures([velocity], duckdb).columns).toEqual(['n']);
});
