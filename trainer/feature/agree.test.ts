import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crossValue } from '../../shared/feature/cross.ts';
import type { FeatureDefinition } from '../../shared/feature/definition.ts';
import { type ClickHouse, openClickHouse } from '../adapter/clickhouse.ts';
import { type Database, openDatabase } from '../adapter/duckdb.ts';
import { createRandom } from '../random.ts';
import type { Dialect } from './dialect.ts';
import { duckdb } from './duckdb.ts';
import { runClickHouse, runDuckDb } from './engine.case.ts';
import type { FeatureMatrix } from './query.ts';
import { type RandomLog, randomDefinitions, randomLog } from './random.case.ts';
import { createReplay } from './replay.ts';

const cases = Number(process.env.VITRINE_CASES ?? 1000);
const seed = Number(process.env.VITRINE_SEED ?? 1);
const logsPerStatement = 50;
const featuresPerStatement = 14;

interface Batch {
  readonly definitions: readonly FeatureDefinition[];
  readonly logs: readonly RandomLog[];
  /** Streamed, [queries of all logs x definitions]. */
  readonly streamed: readonly Float32Array[];
}

/** Values of every query from a fresh replay of the events strictly before it, in the order of their arrival. */
function stream(definitions: readonly FeatureDefinition[], { items, events, queries }: RandomLog): Float32Array[] {
  return queries.map((query) => {
    const replay = createReplay(definitions, items);
    for (const event of events) if (event.tMs < query.tMs) replay.add(event);
    return replay.values(query);
  });
}

function draw(b: number): Batch {
  const random = createRandom(seed, `agree/${b}`);
  const definitions = randomDefinitions(random, featuresPerStatement);
  const logs = Array.from({ length: Math.min(logsPerStatement, cases - b * logsPerStatement) }, (_, l) =>
    randomLog(random, `l${l}`),
  );
  return { definitions, logs, streamed: logs.flatMap((log) => stream(definitions, log)) };
}

const exact = new Set(['count', 'distinct', 'velocity', 'timeSince', 'last', 'max', 'min']);

/** What a SQL value may differ by from the streamed one. Both were rounded to float32, and logarithms and powers differ in their last digit. */
function tolerance(feature: FeatureDefinition, value: number): number {
  const isExact = 'aggregate' in feature && exact.has(feature.aggregate.kind) && feature.transform !== 'log1p';
  if (isExact) return 0;
  // Streaming sums vectors in float32.
  const isVector = 'cosine' in feature || 'dot' in feature;
  if (isVector) return 2e-6 * Math.max(1, Math.abs(value));
  // A difference of logarithms of size 10 may be 0 but for their last digits.
  return 1e-6 * Math.abs(value) + ('priceDistance' in feature ? 1e-12 : 1e-38);
}

/** Each value that is not what streaming says, in words. A cross is checked against the operands that the engine itself found. */
function disagreements({ definitions, logs, streamed }: Batch, matrix: FeatureMatrix): string[] {
  const found: string[] = [];
  const width = definitions.length;
  const at = (name: string) => definitions.findIndex((feature) => feature.name === name);
  for (const [q, row] of streamed.entries()) {
    for (const [f, feature] of definitions.entries()) {
      const value = matrix.values[q * width + f]!;
      const own = (name: string) => matrix.values[q * width + at(name)]!;
      const wanted = 'cross' in feature ? Math.fround(crossValue(feature, own(feature.of[0]), own(feature.of[1]))) : row[f]!;
      if (Number.isNaN(wanted) ? Number.isNaN(value) : Math.abs(value - wanted) <= tolerance(feature, wanted)) continue;
      const { events, queries, items } = logs[Math.floor(q / 4)]!;
      const query = queries[q % 4]!;
      found.push(JSON.stringify({ feature, sql: String(value), streamed: String(wanted), query, events, items }));
    }
  }
  return found;
}

const batches = Array.from({ length: Math.ceil(cases / logsPerStatement) }, (_, b) => b);
let drawn: Batch[] = [];
beforeAll(() => {
  drawn = batches.map(draw);
});

const clickHouse = openClickHouse();

describe(`${cases} random logs under random definitions, seed ${seed}: SQL as of each query is what streaming says`, () => {
  describe('DuckDB', () => {
    let database: Database;
    beforeAll(async () => {
      database = await openDatabase();
    });
    afterAll(() => database.close());
    test.each(batches)('batch %i', async (b) => {
      const { definitions, logs } = drawn[b]!;
      expect(disagreements(drawn[b]!, await runDuckDb(database, definitions, logs)).slice(0, 1)).toEqual([]);
    });
  });

  const withTies = (sql: string) =>
    sql
      .replace('ORDER BY moment', 'ORDER BY tMs')
      .replace('ROWS UNBOUNDED PRECEDING', 'RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW');
  test.each<[string, Dialect['before']]>([
    ['a leak of events at the very time of the query', (...args) => withTies(duckdb.before(...args))],
    [
      'a window that is one bucket too long',
      (call, key, window) =>
        duckdb.before(call, key, window.kind === 'buckets' ? { ...window, buckets: window.buckets + 1 } : window),
    ],
    ['a window of all events', (call, key) => duckdb.before(call, key, { kind: 'all' })],
  ])('%s is noticed', async (_, before) => {
    const { definitions, logs } = drawn[0]!;
    const database = await openDatabase();
    const matrix = await runDuckDb(database, definitions, logs, { ...duckdb, before });
    database.close();
    expect(disagreements(drawn[0]!, matrix).length).toBeGreaterThan(0);
  });

  describe.skipIf(typeof clickHouse === 'string')(`ClickHouse${typeof clickHouse === 'string' ? ` (${clickHouse})` : ''}`, () => {
    afterAll(() => (clickHouse as ClickHouse).close());
    test.each(batches)('batch %i', (b) => {
      const { definitions, logs } = drawn[b]!;
      expect(disagreements(drawn[b]!, runClickHouse(clickHouse as ClickHouse, definitions, logs)).slice(0, 1)).toEqual([]);
    });
  });
});
