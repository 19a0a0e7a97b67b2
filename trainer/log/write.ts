import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Item } from '../../shared/contract/item.ts';
import { type Database, quote, type TableWriter } from '../adapter/duckdb.ts';
import { type DatasetInfo, datasetFiles } from './dataset.ts';
import { describeTables } from './describe.ts';
import type { DraftEvent, SourcePlace } from './draft.ts';

/** Gap that ends a session where the source names none. */
export const sessionGapMs = 30 * 60 * 1000;

/** Name of a kind of entity, as in a feature's definition. */
export const entityName = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** Collects items and events into DuckDB; `finish` sorts, completes and writes them as a data-set directory. */
export interface DatasetWriter {
  item(item: Item): void;
  /** `place` says where the row came from, so that a duplicate found at the end can be reported. */
  event(event: DraftEvent, place?: SourcePlace): void;
  /**
   * Adds the rows of a query of this database as events: id, type, user, session, item, tMs, surface, slate, position, propensity, order, value,
   * quantity, verified, entities (a JSON object). @returns how many.
   */
  insert(sql: string): Promise<number>;
  /** Events whose given id occurred before, in input order. They are removed. Call once, before `finish`. */
  takeDuplicates(): Promise<SourcePlace[]>;
  /**
   * Slates with their served values: `slate`, `featureHash`, `items` and `served`, as the log has them, in the query's order. Events name them. At most once,
   * before `finish`.
   */
  slates(sql: string): Promise<void>;
  finish(directory: string, name: string, rejected: number): Promise<DatasetInfo>;
}

export async function openWriter(database: Database): Promise<DatasetWriter> {
  const items = await database.writer('item', {
    id: 'VARCHAR',
    title: 'VARCHAR',
    categories: 'VARCHAR',
    brand: 'VARCHAR',
    price: 'DOUBLE',
    published: 'DOUBLE',
    url: 'VARCHAR',
    image: 'VARCHAR',
    text: 'VARCHAR',
    available: 'BOOLEAN',
    seq: 'DOUBLE',
  });
  const events = await database.writer('draft', {
    id: 'VARCHAR',
    type: 'VARCHAR',
    user: 'VARCHAR',
    session: 'VARCHAR',
    item: 'VARCHAR',
    tMs: 'DOUBLE',
    surface: 'VARCHAR',
    slate: 'VARCHAR',
    position: 'INTEGER',
    propensity: 'DOUBLE',
    order: 'VARCHAR',
    value: 'DOUBLE',
    quantity: 'DOUBLE',
    verified: 'BOOLEAN',
    entities: 'VARCHAR',
    seq: 'DOUBLE',
    file: 'INTEGER',
    line: 'DOUBLE',
    at: 'DOUBLE',
    bytes: 'INTEGER',
  });
  const closed = closeOnce([items, events]);
  let itemCount = 0;
  let eventCount = 0;
  let withSlates = false;
  return {
    item(item) {
      items.write([
        item.id,
        item.title,
        JSON.stringify(item.categories),
        item.brand ?? null,
        item.price ?? null,
        item.publishedAtMs ?? null,
        item.url ?? null,
        item.image ?? null,
        item.text ?? null,
        item.available ?? null,
        itemCount++,
      ]);
    },
    event(event, place) {
      events.write([
        event.id ?? null,
        event.type,
        event.user,
        event.session ?? null,
        event.item,
        event.tMs,
        event.surface ?? null,
        event.slate ?? null,
        event.position ?? null,
        event.propensity ?? null,
        event.order ?? null,
        event.value ?? null,
        event.quantity ?? null,
        event.verified ?? null,
        event.entities ? JSON.stringify(event.entities) : null,
        eventCount++,
        place?.file ?? null,
        place?.line ?? null,
        place?.at ?? null,
        place?.bytes ?? null,
      ]);
    },
    async insert(sql) {
      const first = eventCount;
      await database.run(
        `INSERT INTO draft BY NAME SELECT *, ${first} + row_number() OVER (ORDER BY tMs, id) - 1 AS seq FROM (${sql})`,
      );
      const [count] = await database.rows<{ n: number }>(`SELECT count(*)::DOUBLE AS n FROM draft WHERE seq >= ${first}`);
      eventCount += count?.n ?? 0;
      return eventCount - first;
    },
    async takeDuplicates() {
      closed();
      await database.run(`CREATE TABLE duplicate AS SELECT seq FROM draft WHERE id IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY id ORDER BY seq) > 1`);
      const places = await database.rows<SourcePlace>(
        'SELECT file, line, "at", bytes FROM draft SEMI JOIN duplicate USING (seq) ORDER BY seq',
      );
      if (places.length > 0) await database.run('DELETE FROM draft WHERE seq IN (SELECT seq FROM duplicate)');
      return places;
    },
    async slates(sql) {
      await database.run(`CREATE TABLE slates AS ${sql}`);
      withSlates = true;
    },
    async finish(directory, name, rejected) {
      closed();
      await database.run(completeSql(await entityNames(database)));
      await writeParquet(database, 'items', join(directory, datasetFiles.items));
      await writeParquet(database, 'events', join(directory, datasetFiles.events));
      if (withSlates) await writeParquet(database, 'slates', join(directory, datasetFiles.slates));
      const info = await describeTables(database, name, { rejected, withSlates });
      await writeFile(join(directory, datasetFiles.info), `${JSON.stringify(info, null, 2)}\n`);
      return info;
    },
  };
}

function closeOnce(writers: readonly TableWriter[]): () => void {
  let open = true;
  return () => {
    if (open) for (const writer of writers) writer.close();
    open = false;
  };
}

const writeParquet = (database: Database, table: string, path: string) =>
  database.run(`COPY ${table} TO ${quote(path)} (FORMAT parquet, COMPRESSION zstd)`);

/**
 * Completes what the source did not say:
 *  - session: a visitor's events without a gap of `sessionGapMs`, named `<user>.<n>` in order of time;
 *  - event id: MD5 of the row's content, with the count of equal rows before it, so that a second import gives the same ids;
 *  - arrival of an item: its first event, since nobody could have been shown it before.
 * Order: time, then given ids, then input order. Each named entity is a column of its own.
 */
const completeSql = (entities: readonly string[]) => `
  CREATE TABLE sessioned AS
    SELECT * REPLACE (coalesce(session, "user" || '.' || sum(starts) OVER (PARTITION BY "user" ORDER BY tMs, seq ROWS UNBOUNDED PRECEDING)) AS session)
    FROM (SELECT *, CASE WHEN tMs - lag(tMs) OVER (PARTITION BY "user" ORDER BY tMs, seq) <= ${sessionGapMs} THEN 0 ELSE 1 END::INTEGER AS starts FROM draft);
  CREATE TABLE events AS
    SELECT CASE WHEN given IS NOT NULL THEN given WHEN copy = 1 THEN digest ELSE digest || '-' || copy END AS id, type, "user", session, item,
      tMs::BIGINT AS tMs, surface, slate, position, propensity, "order", value, quantity, verified${entities.map((name) => `, entities ->> '$.${name}' AS "entities.${name}"`).join('')}
    FROM (SELECT *, row_number() OVER (PARTITION BY given IS NULL, digest ORDER BY seq) AS copy
      FROM (SELECT * RENAME (id AS given), md5(concat_ws('\u001f', type, "user", item, tMs::BIGINT, coalesce(surface, ''), coalesce(slate, ''),
        coalesce(position::VARCHAR, ''), coalesce(value::VARCHAR, ''), coalesce(quantity::VARCHAR, ''), entities)) AS digest FROM sessioned))
    ORDER BY tMs, given NULLS LAST, seq;
  CREATE TABLE items AS
    SELECT item.id, title, categories::JSON::VARCHAR[] AS categories, brand, price, coalesce(published, first)::BIGINT AS publishedAtMs,
      url, image, text, available
    FROM item LEFT JOIN (SELECT item AS id, min(tMs) AS first FROM events GROUP BY item) AS arrival USING (id)
    ORDER BY item.seq;`;

/** Named entities that events have, by name. */
async function entityNames(database: Database): Promise<string[]> {
  const rows = await database.rows<{ name: string }>(
    'SELECT DISTINCT unnest(json_keys(entities)) AS name FROM draft WHERE entities IS NOT NULL ORDER BY name',
  );
  return rows.map(({ name }) => name).filter((name) => entityName.test(name));
}
