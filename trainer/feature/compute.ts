import { join } from 'node:path';
import type { FeatureDefinition } from '../../shared/feature/definition.ts';
import type { FeatureQuery } from '../../shared/feature/query.ts';
import { type Database, openDatabase, quote } from '../adapter/duckdb.ts';
import { datasetFiles } from '../log/dataset.ts';
import { compileFeatures } from './compile.ts';
import { duckdb } from './duckdb.ts';
import { entityKeysOf } from './entity.ts';
import type { FeatureMatrix } from './query.ts';
import type { CompileOptions } from './statement.ts';
import { writeQueries, writeVectors } from './tables.ts';

export interface ComputeOptions {
  /** Vectors of items by id, all of one dimension, for features that compare vectors. */
  readonly vectors?: ReadonlyMap<string, Float32Array>;
  /** Where DuckDB may put what exceeds its memory. */
  readonly spillDirectory?: string;
}

/**
 * Features of a data-set directory as of each query's time, by SQL over its Parquet files.
 * @returns one row per query, in their order; columns in definition order.
 * @throws Error when a feature reads a column that the log does not have.
 */
export async function computeFeatures(
  directory: string,
  definitions: readonly FeatureDefinition[],
  queries: readonly FeatureQuery[],
  options: ComputeOptions = {},
): Promise<FeatureMatrix> {
  const database = await openDatabase(options.spillDirectory);
  try {
    const [vector] = options.vectors?.values() ?? [];
    if (options.vectors) await writeVectors(database, options.vectors);
    const paths = { items: join(directory, datasetFiles.items), events: join(directory, datasetFiles.events) };
    await viewParquet(database, paths, options.vectors !== undefined);
    await writeQueries(database, queries, entityKeysOf(definitions));
    return await runFeatures(database, definitions, queries.length, vector ? { vectorDim: vector.length } : {});
  } finally {
    database.close();
  }
}

/** Compiled features over the tables of `database`: see compile.ts for what they must be. */
export async function runFeatures(
  database: Database,
  definitions: readonly FeatureDefinition[],
  n: number,
  options: CompileOptions = {},
): Promise<FeatureMatrix> {
  const { sql, columns } = compileFeatures(definitions, duckdb, options);
  return readMatrix(database, sql, columns, n);
}

/** Rows of `query` (an index below `n`) and float32 columns as a matrix. A query without a row is missing throughout. */
export async function readMatrix(database: Database, sql: string, columns: readonly string[], n: number): Promise<FeatureMatrix> {
  const width = columns.length;
  const values = new Float32Array(n * width).fill(Number.NaN);
  const ids = new Float64Array(chunkRows);
  const column = new Float32Array(chunkRows);
  for await (const chunk of database.chunks(sql)) {
    chunk.copy(0, ids, 0);
    for (let c = 0; c < width; c++) {
      chunk.copy(c + 1, column, 0);
      for (let i = 0; i < chunk.rows; i++) values[(ids[i] as number) * width + c] = column[i] as number;
    }
  }
  return { columns, n, values };
}

/** The most rows of a chunk: DuckDB's vector size. */
const chunkRows = 2048;

/** The tables `events` and `items` over Parquet files, and `vectors` beside the items where that table exists. */
export async function viewParquet(
  database: Database,
  paths: { readonly items: string; readonly events: string },
  withVectors = false,
): Promise<void> {
  await database.run(`
    CREATE VIEW events AS SELECT *, file_row_number AS seq FROM read_parquet(${quote(paths.events)}, file_row_number = true);
    CREATE VIEW items AS SELECT * FROM read_parquet(${quote(paths.items)})${withVectors ? ' LEFT JOIN vectors USING (id)' : ''};`);
}
