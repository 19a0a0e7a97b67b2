import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AgreeCase,
  agreeSettings,
  disagreements,
  drawCase,
  type Executor,
  firstDisagreement,
  streamed,
} from '../../shared/feature/agree.case.ts';
import { type ClickHouse, openClickHouse } from '../adapter/clickhouse.ts';
import { type Database, openDatabase } from '../adapter/duckdb.ts';
import { createRandom } from '../random.ts';
import { clickhouse } from './clickhouse.ts';
import type { Dialect } from './dialect.ts';
import { duckdb } from './duckdb.ts';
import { runClickHouse, runDuckDb } from './engine.case.ts';

const { logs, seed, cases } = agreeSettings(process.env);
const clickHouse = openClickHouse();

/** A case with its streamed values, made when it is first needed. */
const drawn = new Map<string, AgreeCase & { readonly values: readonly Float32Array[] }>();
function draw({ stream, logs }: (typeof cases)[number]) {
  const kept = drawn.get(stream);
  if (kept) return kept;
  const made = drawCase(createRandom(seed, stream), logs);
  const whole = { ...made, values: streamed(made) };
  drawn.set(stream, whole);
  return whole;
}

interface Engine {
  readonly name: string;
  readonly isMissing: boolean;
  readonly dialect: Dialect;
  readonly open: () => Promise<{ run(dialect: Dialect): Executor; close(): void }>;
}
const engines: readonly Engine[] = [
  {
    name: 'DuckDB',
    isMissing: false,
    dialect: duckdb,
    async open() {
      const database: Database = await openDatabase();
      return {
        run: (dialect) => async (definitions, logs) => (await runDuckDb(database, definitions, logs, dialect)).values,
        close: () => database.close(),
      };
    },
  },
  {
    name: typeof clickHouse === 'string' ? `ClickHouse (${clickHouse})` : 'ClickHouse',
    isMissing: typeof clickHouse === 'string',
    dialect: clickhouse,
    open: async () => ({
      run: (dialect) => (definitions, logs) => runClickHouse(clickHouse as ClickHouse, definitions, logs, dialect).values,
      close: () => (clickHouse as ClickHouse).close(),
    }),
  },
];

describe(`${logs} random logs under random definitions, seed ${seed}: SQL as of each query is what streaming says`, () => {
  describe.each(engines)('$name', ({ isMissing, dialect, open }) => {
    let engine: Awaited<ReturnType<typeof open>>;
    beforeAll(async () => {
      if (!isMissing) engine = await open();
    });
    afterAll(() => engine?.close());

    test.skipIf(isMissing).each(cases)('$stream', async (which) => {
      const { values, ...one } = draw(which);
      expect(await firstDisagreement(one, values, engine.run(dialect))).toBeUndefined();
    });

    const { before } = dialect;
    test.skipIf(isMissing).each<[string, Dialect['before']]>([
      ['a leak of events at the very time of the query', (...call) => withTies(before(...call))],
      ['a leak of events after the query', (call, key, window) => withAll(before(call, key, window))],
      [
        'a window that is one bucket too long',
        (call, key, window) => before(call, key, window.kind === 'buckets' ? { ...window, buckets: window.buckets + 1 } : window),
      ],
      ['a window of all events', (call, key) => before(call, key, { kind: 'all' })],
    ])('%s is noticed', async (_, altered) => {
      const run = engine.run({ ...dialect, before: altered });
      const found: number[] = [];
      // Not every case draws a window: one of them is enough.
      for (const which of cases) {
        const { values, ...one } = draw(which);
        found.push(disagreements(one, values, await run(one.definitions, one.logs)).length);
        if ((found.at(-1) as number) > 0) break;
      }
      expect(Math.max(...found)).toBeGreaterThan(0);
    });
  });
});

/** SQL of a frame that ends with the events of the query's own time. */
const withTies = (sql: string) =>
  sql
    .replace('ORDER BY moment', 'ORDER BY tMs')
    .replace('ROWS UNBOUNDED PRECEDING', 'RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW')
    .replaceAll('1 PRECEDING)', 'CURRENT ROW)');

/** SQL of a frame that does not end with the query. */
const withAll = (sql: string) =>
  sql
    .replace('ROWS UNBOUNDED PRECEDING', 'ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING')
    .replaceAll('AND CURRENT ROW', 'AND UNBOUNDED FOLLOWING')
    .replaceAll('AND 1 PRECEDING)', 'AND UNBOUNDED FOLLOWING)');
