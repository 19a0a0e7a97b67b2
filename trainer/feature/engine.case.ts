import type { FeatureDefinition } from '../../shared/feature/definition.ts';
import { type RandomLog, vectorDim } from '../../shared/feature/random.case.ts';
import type { ClickHouse } from '../adapter/clickhouse.ts';
import type { Cell, Database } from '../adapter/duckdb.ts';
import { clickhouse } from './clickhouse.ts';
import { compileFeatures } from './compile.ts';
import { readMatrix } from './compute.ts';
import type { Dialect } from './dialect.ts';
import { duckdb } from './duckdb.ts';
import type { FeatureMatrix } from './query.ts';
import { writeQueries } from './tables.ts';

const options = { duplicates: true, vectorDim };
const eventColumns = ['id', 'type', 'item', 'user', 'session', 'surface'] as const;

const eventRows = (logs: readonly RandomLog[]): Cell[][] =>
  logs.flatMap(({ events }) =>
    events.map((event, seq) => [
      ...eventColumns.map((name) => event[name] ?? null),
      event.entities?.card ?? null,
      seq,
      event.tMs,
      event.value ?? null,
      event.quantity ?? null,
    ]),
  );

const itemRows = (logs: readonly RandomLog[]) =>
  logs.flatMap(({ items }) =>
    items.map(({ id, title, text, brand, price, publishedAtMs, categories, vector }) => ({
      id,
      title,
      text: text ?? null,
      brand: brand ?? null,
      price: price ?? null,
      publishedAtMs: publishedAtMs ?? null,
      categories,
      vector: vector ? Array.from(vector) : null,
    })),
  );

/** Features of all logs in one statement. Each log has ids of its own, so that none sees another. */
export async function runDuckDb(
  database: Database,
  definitions: readonly FeatureDefinition[],
  logs: readonly RandomLog[],
  dialect: Dialect = duckdb,
): Promise<FeatureMatrix> {
  await database.run(
    'DROP TABLE IF EXISTS events; DROP TABLE IF EXISTS items; DROP TABLE IF EXISTS queries; DROP TABLE IF EXISTS drafts',
  );
  const texts = Object.fromEntries([...eventColumns, 'entities.card'].map((name) => [name, 'VARCHAR'] as const));
  const events = await database.writer('drafts', {
    ...texts,
    seq: 'INTEGER',
    tMs: 'DOUBLE',
    value: 'DOUBLE',
    quantity: 'DOUBLE',
  });
  for (const row of eventRows(logs)) events.write(row);
  events.close();
  await database.run('CREATE TABLE events AS SELECT * REPLACE (tMs::BIGINT AS tMs) FROM drafts');
  await database.run(`CREATE TABLE items (id VARCHAR, title VARCHAR, text VARCHAR, brand VARCHAR, price DOUBLE, publishedAtMs BIGINT,
    categories VARCHAR[], vector FLOAT[])`);
  const items = itemRows(logs).map((row) => JSON.stringify(row).replaceAll("'", "''"));
  await database.run(`INSERT INTO items SELECT unnest(json_transform(row::JSON, '{"id":"VARCHAR","title":"VARCHAR","text":"VARCHAR","brand":"VARCHAR",
    "price":"DOUBLE","publishedAtMs":"BIGINT","categories":["VARCHAR"],"vector":["FLOAT"]}')) FROM (VALUES ${items.map((row) => `('${row}')`).join(', ')}) AS rows(row)`);
  const queries = logs.flatMap((log) => log.queries);
  await writeQueries(database, queries, ['card']);
  const { sql, columns } = compileFeatures(definitions, dialect, options);
  return readMatrix(database, sql, columns, queries.length);
}

const text = 'Nullable(String)';
const number = 'Nullable(Float64)';

/** The same on ClickHouse. */
export function runClickHouse(
  database: ClickHouse,
  definitions: readonly FeatureDefinition[],
  logs: readonly RandomLog[],
  dialect: Dialect = clickhouse,
): FeatureMatrix {
  const fill = (table: string, columns: Readonly<Record<string, string>>, rows: readonly object[]) => {
    database.run(`DROP TABLE IF EXISTS ${table}`);
    const list = Object.entries(columns).map(([name, type]) => `"${name}" ${type}`);
    database.run(`CREATE TABLE ${table} (${list.join(', ')}) ENGINE = Memory`);
    if (rows.length > 0)
      database.run(`INSERT INTO ${table} FORMAT JSONEachRow ${rows.map((row) => JSON.stringify(row)).join('\n')}`);
  };
  const names = [...eventColumns, 'entities.card', 'seq', 'tMs', 'value', 'quantity'];
  const texts = { id: text, item: text, user: text, session: text, surface: text, 'entities.card': text };
  fill(
    'events',
    { ...texts, type: 'String', seq: 'Int64', tMs: 'Int64', value: number, quantity: number },
    eventRows(logs).map((row) =>
      Object.fromEntries(row.map((cell, i) => [names[i], cell === Number.POSITIVE_INFINITY ? 'inf' : cell])),
    ),
  );
  fill(
    'items',
    {
      id: 'String',
      title: text,
      text,
      brand: text,
      price: number,
      publishedAtMs: 'Nullable(Int64)',
      categories: 'Array(String)',
      vector: 'Array(Float32)',
    },
    itemRows(logs).map((row) => ({ ...row, vector: row.vector ?? [] })),
  );
  const queries = logs.flatMap((log) => log.queries);
  fill(
    'queries',
    {
      ...texts,
      id: 'Int64',
      tMs: 'Int64',
      position: 'Nullable(Int32)',
      country: text,
      device: text,
      timeZoneMinutes: 'Int32',
      seeds: 'Array(String)',
      ...Object.fromEntries(
        ['popular', 'category', 'similar', 'nearest', 'recent', 'trending'].map((source) => [`sources.${source}`, number]),
      ),
    },
    queries.map(({ entities, sources, seeds, ...query }, id) => ({
      ...query,
      id,
      seeds: seeds ?? [],
      'entities.card': entities?.card ?? null,
      'sources.popular': sources?.popular ?? null,
    })),
  );
  const { sql, columns } = compileFeatures(definitions, dialect, options);
  const width = columns.length;
  const values = new Float32Array(queries.length * width).fill(Number.NaN);
  for (const [id, ...row] of database.rows(sql)) values.set(row as number[], (id as number) * width);
  return { columns, n: queries.length, values };
}
