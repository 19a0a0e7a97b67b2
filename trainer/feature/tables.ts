import { sourceNames } from '../../shared/contract/surface.ts';
import type { FeatureQuery } from '../../shared/feature/query.ts';
import type { Cell, ColumnType, Database } from '../adapter/duckdb.ts';
import { column } from './entity.ts';

/** Columns of `queries` beside `entities.<key>`; `id` is the index of the query. */
const queryColumns = {
  id: 'DOUBLE',
  tMs: 'DOUBLE',
  item: 'VARCHAR',
  user: 'VARCHAR',
  session: 'VARCHAR',
  surface: 'VARCHAR',
  position: 'INTEGER',
  country: 'VARCHAR',
  device: 'VARCHAR',
  timeZoneMinutes: 'INTEGER',
  seeds: 'VARCHAR',
} as const satisfies Record<string, ColumnType>;

/** Creates and fills the table `queries` that compiled features read. @param entityKeys named entities that the features use. */
export async function writeQueries(
  database: Database,
  queries: Iterable<FeatureQuery>,
  entityKeys: readonly string[],
): Promise<void> {
  const columns: Record<string, ColumnType> = { ...queryColumns };
  for (const key of entityKeys) columns[`entities.${key}`] = 'VARCHAR';
  for (const source of sourceNames) columns[`sources.${source}`] = 'DOUBLE';
  const writer = await database.writer('query_draft', columns);
  let id = 0;
  for (const query of queries) {
    const { tMs, item, user, session, surface, position, country, device, timeZoneMinutes = 0, entities, sources, seeds } = query;
    const row: Cell[] = [id++, tMs, item, user ?? null, session ?? null, surface ?? null, position ?? null];
    row.push(country ?? null, device ?? null, timeZoneMinutes, JSON.stringify(seeds ?? []));
    for (const key of entityKeys) row.push(entities?.[key] ?? null);
    for (const source of sourceNames) row.push(sources?.[source] ?? null);
    writer.write(row);
  }
  writer.close();
  await database.run(
    `CREATE TABLE queries AS SELECT * REPLACE (id::BIGINT AS id, tMs::BIGINT AS tMs, seeds::JSON::VARCHAR[] AS seeds) FROM query_draft; DROP TABLE query_draft`,
  );
}

/** Vectors of items, beside their rows: [dim] each, by id. */
export async function writeVectors(database: Database, vectors: Iterable<readonly [string, Float32Array]>): Promise<void> {
  const writer = await database.writer('vector_draft', { id: 'VARCHAR', vector: 'VARCHAR' });
  for (const [id, vector] of vectors) writer.write([id, JSON.stringify(Array.from(vector))]);
  writer.close();
  await database.run(
    `CREATE TABLE vectors AS SELECT id, vector::JSON::FLOAT[] AS ${column('vector')} FROM vector_draft; DROP TABLE vector_draft`,
  );
}
