import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReplay } from '../../shared/feature/replay.ts';
import { openDatabase } from '../adapter/duckdb.ts';
import { compileFeatures } from '../feature/compile.ts';
import { readMatrix, viewParquet } from '../feature/compute.ts';
import { duckdb } from '../feature/duckdb.ts';
import type { FeatureMatrix } from '../feature/query.ts';
import { writeQueries } from '../feature/tables.ts';
import { definitions } from './features/definitions.ts';
import { handWritten } from './features/hand-written.ts';
import { measureOnline } from './features/online.ts';
import { createWorld, type World, writeWorld } from './features/world.ts';
import { quantile } from './quantile.ts';

const eventCount = 1_000_000;
const impressionCount = 200_000;
const rounds = 3;

/**
 * Point-in-time features of impressions over a generated log on Parquet: compiled SQL, the same written by hand, and the streaming executors.
 * The online store in workerd takes some of those events, some of them twice, and is compared with the replay as well.
 * Times of SQL are medians over rounds by turns, from the statement to the matrix in JavaScript; loading the questions is not in them.
 */
export async function run(): Promise<Record<string, unknown>> {
  const directory = await mkdtemp(join(tmpdir(), 'vitrine-bench-features-'));
  try {
    return await measure(createWorld(eventCount, impressionCount, 1), directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function measure(world: World, directory: string): Promise<Record<string, unknown>> {
  const n = world.queries.length;
  const columns = definitions.map(({ name }) => name);
  const paths = { items: join(directory, 'items.parquet'), events: join(directory, 'events.parquet') };
  const writer = await openDatabase();
  await writeWorld(writer, world, paths.items, paths.events);
  writer.close();

  const database = await openDatabase();
  await viewParquet(database, paths);
  await writeQueries(database, world.queries, []);
  const compiled = compileFeatures(definitions, duckdb).sql;
  const compiledMs: number[] = [];
  const byHandMs: number[] = [];
  const timed = async (sql: string, times: number[]) => {
    const start = performance.now();
    const matrix = await readMatrix(database, sql, columns, n);
    times.push(performance.now() - start);
    return matrix;
  };
  let sql = await timed(compiled, []);
  let byHand = await timed(handWritten, []);
  for (let round = 0; round < rounds; round++) {
    sql = await timed(compiled, compiledMs);
    byHand = await timed(handWritten, byHandMs);
  }
  database.close();

  const online = await measureOnline(world, directory);
  const { matrix: streamed, ms: replayMs } = replayed(world);
  const compiledSeconds = quantile(compiledMs, 0.5) / 1000;
  return {
    bench: 'features',
    events: eventCount,
    impressions: n,
    features: definitions.length,
    sqlRowsPerSecond: Math.round(n / compiledSeconds),
    sqlSeconds: compiledSeconds,
    handWrittenSqlSeconds: quantile(byHandMs, 0.5) / 1000,
    handWrittenSqlRatio: quantile(compiledMs, 0.5) / quantile(byHandMs, 0.5),
    replayRowsPerSecond: Math.round(n / (replayMs / 1000)),
    updatesPerSecond: online.updatesPerSecond,
    readsPerSecond: online.readsPerSecond,
    disagreements: disagreements(sql, streamed) + online.disagreements,
    online,
    handWrittenDisagreements: disagreements(byHand, streamed),
    rounds,
    cores: availableParallelism(),
  };
}

/** The same values from the streaming executors, all events strictly before an impression's time added first. */
function replayed({ items, events, queries }: World): { readonly matrix: FeatureMatrix; readonly ms: number } {
  const columns = definitions.map(({ name }) => name);
  const values = new Float32Array(queries.length * columns.length);
  const start = performance.now();
  const replay = createReplay(definitions, items);
  let e = 0;
  for (const [q, query] of queries.entries()) {
    for (; e < events.length && (events[e] as { tMs: number }).tMs < query.tMs; e++)
      replay.add(events[e] as (typeof events)[number]);
    values.set(replay.values(query), q * columns.length);
  }
  return { matrix: { columns, n: queries.length, values }, ms: performance.now() - start };
}

/** Values that differ by more than 1e-6 of themselves. */
function disagreements(a: FeatureMatrix, b: FeatureMatrix): number {
  let found = 0;
  for (const [i, left] of a.values.entries()) {
    const right = b.values[i] as number;
    const agrees = Number.isNaN(right) ? Number.isNaN(left) : Math.abs(left - right) <= 1e-6 * Math.abs(right) + 1e-12;
    if (!agrees) found++;
  }
  return found;
}
