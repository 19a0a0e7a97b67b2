import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventTypes } from '../../shared/contract/event.ts';
import type { ItemId } from '../../shared/contract/id.ts';
import type { Item } from '../../shared/contract/item.ts';
import { type Database, type NumericArray, openDatabase, quote } from '../adapter/duckdb.ts';
import { Failure } from '../failure.ts';
import { openServedLog, type ServedLog, slateIndexSql } from './served.ts';

/** `dataset.json` of a data-set directory. */
export interface DatasetInfo {
  readonly version: 1;
  readonly name: string;
  readonly items: number;
  readonly events: number;
  /** Rows of the source that are in `rejected.ndjson` instead. */
  readonly rejected: number;
  /** Time of the first and of the last event, milliseconds since 1970. */
  readonly fromMs: number;
  readonly throughMs: number;
  /** SHA-256 of the content of both tables, in their order; independent of Parquet's encoding. */
  readonly sha256: string;
}

/**
 * The event log as columns of length `n`, ordered by time; equal times keep the order of the data set.
 * Absent numbers are NaN, absent indices -1.
 */
export interface EventColumns {
  readonly n: number;
  /** Row of the item in `Dataset.items`. */
  readonly item: Int32Array;
  /** Index in `users`. */
  readonly user: Int32Array;
  /** Index in `eventTypes` of the contract. */
  readonly type: Uint8Array;
  readonly tMs: Float64Array;
  readonly value: Float64Array;
  readonly quantity: Float64Array;
  /** Index in `surfaces`. */
  readonly surface: Int32Array;
  /** Dense index of the slate, in no particular order; -1: not shown in a slate. */
  readonly slate: Int32Array;
  /** 0-based position in the slate. */
  readonly position: Int16Array;
  /** Probability of the item at this position under the policy that showed it. */
  readonly propensity: Float32Array;
  /** Dense index of the session. */
  readonly session: Int32Array;
  readonly users: readonly string[];
  readonly surfaces: readonly string[];
  /** Named entities by name: per event an index in `keys`, -1 where it names none. */
  readonly entities: Readonly<Record<string, EntityColumn>>;
}

export interface EntityColumn {
  readonly index: Int32Array;
  readonly keys: readonly string[];
}

export interface Dataset {
  readonly info: DatasetInfo;
  readonly items: readonly Item[];
  readonly events: EventColumns;
  /** What was served, where the data set is of a log. */
  readonly served?: ServedLog;
}

export const datasetFiles = {
  items: 'items.parquet',
  events: 'events.parquet',
  info: 'dataset.json',
  rejected: 'rejected.ndjson',
  /** Of a log: served values, and the feature sets that say what they are. */
  slates: 'slates.parquet',
  featureSets: 'feature-sets.json',
} as const;

/**
 * Reads a data-set directory (made by `vitrine import` or `vitrine simulate`).
 * @throws Failure `bad-input` when it is not one, or is of another version.
 */
export async function openDataset(directory: string): Promise<Dataset> {
  const info = await readInfo(directory);
  const database = await openDatabase();
  try {
    const items = await readItems(database, join(directory, datasetFiles.items));
    const events = await readEvents(database, directory, info.events);
    const path = (file: keyof typeof datasetFiles) => join(directory, datasetFiles[file]);
    const served = await openServedLog(
      { slates: path('slates'), featureSets: path('featureSets'), events: path('events') },
      items,
    );
    return { info, items, events, ...(served && { served }) };
  } finally {
    database.close();
  }
}

/** `dataset.json` alone. @throws Failure as `openDataset`. */
export async function readInfo(directory: string): Promise<DatasetInfo> {
  const path = join(directory, datasetFiles.info);
  const hint = 'Make a data set with `vitrine import` or `vitrine simulate`.';
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    throw new Failure('bad-input', `${directory} is not a data set: ${datasetFiles.info} cannot be read.`, hint);
  }
  let info: Partial<DatasetInfo>;
  try {
    info = JSON.parse(text) as Partial<DatasetInfo>;
  } catch {
    throw new Failure('bad-input', `${path} is not JSON.`, hint);
  }
  if (info.version !== 1) {
    throw new Failure('bad-input', `${path}: data set version ${info.version}, this build reads 1.`, 'Import the data again.');
  }
  return info as DatasetInfo;
}

interface ItemRow {
  id: string;
  title: string;
  categories: string[];
  brand: string | null;
  price: number | null;
  publishedAtMs: number | null;
  url: string | null;
  image: string | null;
  text: string | null;
  available: boolean | null;
}

/** Items of a table `items.parquet`, in its order. */
export async function readItems(database: Database, path: string): Promise<Item[]> {
  const rows = await database.rows<ItemRow>(
    `SELECT * REPLACE (publishedAtMs::DOUBLE AS publishedAtMs) FROM read_parquet(${quote(path)})`,
  );
  return rows.map(({ id, title, categories, ...optional }) => {
    const present: Partial<Item> = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null));
    return { id: id as ItemId, title, categories, ...present };
  });
}

/** Dense indices are made by DuckDB, so that strings cross into JavaScript once per user, not once per event. */
async function readEvents(database: Database, directory: string, n: number): Promise<EventColumns> {
  const items = quote(join(directory, datasetFiles.items));
  const events = quote(join(directory, datasetFiles.events));
  await database.run(`
    CREATE VIEW log AS SELECT *, file_row_number AS row FROM read_parquet(${events}, file_row_number = true);
    CREATE TABLE item_index AS SELECT id, file_row_number AS i FROM read_parquet(${items}, file_row_number = true);
    CREATE TABLE user_index AS SELECT "user" AS id, row_number() OVER (ORDER BY "user") - 1 AS i FROM (SELECT DISTINCT "user" FROM log);
    ${slateIndexSql('log')};
    CREATE TABLE surface_index AS SELECT surface AS id, row_number() OVER (ORDER BY surface) - 1 AS i FROM (SELECT DISTINCT surface FROM log WHERE surface IS NOT NULL);
    CREATE TABLE session_index AS SELECT session AS id, row_number() OVER (ORDER BY session) - 1 AS i FROM (SELECT DISTINCT session FROM log);
    CREATE TABLE type_index AS SELECT unnest([${eventTypes.map(quote).join(',')}]) AS id, unnest(range(${eventTypes.length})) AS i;`);
  const names = await entityNames(database);
  for (const [k, name] of names.entries())
    await database.run(`CREATE TABLE entity_${k} AS SELECT key AS id, row_number() OVER (ORDER BY key) - 1 AS i
      FROM (SELECT DISTINCT "entities.${name}" AS key FROM log WHERE "entities.${name}" IS NOT NULL)`);
  const indices = names.map(() => new Int32Array(n));
  const columns = {
    item: new Int32Array(n),
    user: new Int32Array(n),
    type: new Uint8Array(n),
    tMs: new Float64Array(n),
    value: new Float64Array(n),
    quantity: new Float64Array(n),
    surface: new Int32Array(n),
    slate: new Int32Array(n),
    position: new Int16Array(n),
    propensity: new Float32Array(n),
    session: new Int32Array(n),
  } satisfies Record<string, NumericArray>;
  let at = 0;
  for await (const chunk of database.chunks(`
    SELECT item_index.i::INTEGER, user_index.i::INTEGER, type_index.i::UTINYINT, tMs::DOUBLE, coalesce(value, 'nan')::DOUBLE,
      coalesce(quantity, 'nan')::DOUBLE, coalesce(surface_index.i, -1)::INTEGER,
      coalesce(slate_index.i, -1)::INTEGER, coalesce(position, -1)::SMALLINT, coalesce(propensity, 'nan')::FLOAT, session_index.i::INTEGER${names.map((_, k) => `, coalesce(entity_${k}.i, -1)::INTEGER`).join('')}
    FROM log JOIN item_index ON item_index.id = log.item JOIN user_index ON user_index.id = log."user"
      JOIN type_index ON type_index.id = log.type JOIN session_index ON session_index.id = log.session
      LEFT JOIN slate_index ON slate_index.id = log.slate LEFT JOIN surface_index ON surface_index.id = log.surface
      ${names.map((name, k) => `LEFT JOIN entity_${k} ON entity_${k}.id = log."entities.${name}"`).join(' ')}
    ORDER BY row`)) {
    if (at + chunk.rows > n) break;
    for (const [i, target] of [...Object.values(columns), ...indices].entries()) chunk.copy(i, target, at);
    at += chunk.rows;
  }
  if (at !== n) {
    const hint = 'The directory was changed after it was made: import or simulate again.';
    throw new Failure('bad-input', `${directory}: ${datasetFiles.info} promises ${n} events, the tables hold others.`, hint);
  }
  const texts = async (table: string) =>
    (await database.rows<{ id: string }>(`SELECT id FROM ${table} ORDER BY i`)).map(({ id }) => id);
  const entities: Record<string, EntityColumn> = {};
  for (const [k, name] of names.entries()) entities[name] = { index: indices[k] as Int32Array, keys: await texts(`entity_${k}`) };
  return { n, ...columns, users: await texts('user_index'), surfaces: await texts('surface_index'), entities };
}

/** Named entities that the log has columns of. */
async function entityNames(database: Database): Promise<string[]> {
  const rows = await database.rows<{ column_name: string }>('DESCRIBE log');
  return rows.flatMap(({ column_name: column }) => /^entities\.([A-Za-z]\w*)$/.exec(column)?.[1] ?? []);
}
