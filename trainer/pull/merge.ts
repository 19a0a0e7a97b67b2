import { mkdir } from 'node:fs/promises';
import type { LogType } from '../../shared/contract/key.ts';
import { type Database, quote } from '../adapter/duckdb.ts';
import { digestOf, flushFile, temporaryOf } from '../log/atomic.ts';
import { jsonColumns, logKeys, storedColumns } from '../log/columns.ts';
import { hourFile, hourFolder } from '../log/layout.ts';
import type { StagedBatch } from './stage.ts';
import { commitHour, type HourContent, type HourState } from './state.ts';

/**
 * Beginning of an id. UUIDv7 begins with its time: six hexadecimal digits are 4.7 hours, so that copies of an event can only be in the few hours
 * whose ids begin so. Ids of other kinds can be anywhere.
 */
const idBucketSql = (id: string) => `CASE WHEN substr("${id}", 15, 1) = '7' THEN substr("${id}", 1, 6) ELSE '' END`;

export interface MergeInput {
  readonly database: Database;
  readonly directory: string;
  readonly type: LogType;
  readonly hour: string;
  /** Of all hours of the type; the hour's own may be absent. */
  readonly states: ReadonlyMap<string, HourState>;
  readonly before: HourState;
  readonly batches: readonly StagedBatch[];
  /** Parquet files of such rows to take in as well. */
  readonly extra?: readonly string[];
}

/** DuckDB table of who was forgotten. Make it once with `loadForgotten`. */
const forgottenTable = 'forgotten';

/** Rows of visitors who were forgotten, as a condition. */
export const forgottenSql = (atMs: string): string =>
  `EXISTS (FROM ${forgottenTable} WHERE ${forgottenTable}."user" = sha256(candidate."user") AND candidate.${atMs} <= untilMs)`;

/** @param latest SHA-256 of the user key -> time up to which rows are dropped. */
export async function loadForgotten(database: Database, latest: ReadonlyMap<string, number>): Promise<void> {
  const writer = await database.writer(forgottenTable, { user: 'VARCHAR', untilMs: 'DOUBLE' });
  for (const [user, untilMs] of latest) writer.write([user, untilMs]);
  writer.close();
}

const parquet = (file: string) => `read_parquet(${quote(file)}, hive_partitioning = false)`;

/**
 * Puts staged rows into an hour's file: one row per id, none of a visitor who was forgotten, in order of time. Without staged rows it writes the
 * file anew, which drops who was forgotten since. Of copies in one hour the first received stays, of copies in two the one that was pulled first.
 */
export async function mergeHour(input: MergeInput): Promise<HourState> {
  const { database, directory, type, hour, before, batches, extra = [] } = input;
  const { id, atMs, sort, prefer } = logKeys[type];
  const files = batches.filter(({ rows }) => rows > 0).map(({ file }) => quote(file));
  const path = hourFile(directory, type, hour);
  const parts = [
    ...(before.file ? [`SELECT *, true AS held FROM ${parquet(path)}`] : []),
    ...(files.length > 0
      ? [
          `SELECT ${storedColumns(type)}, false AS held
           FROM read_json([${files.join(', ')}], format = 'newline_delimited', columns = ${jsonColumns(type)})`,
        ]
      : []),
    ...extra.map((file) => `SELECT *, false AS held FROM ${parquet(file)}`),
  ];
  let staged = batches.reduce((sum, { rows }) => sum + rows, 0);
  for (const file of extra) staged += await countOf(database, parquet(file));
  const invalid = batches.reduce((sum, batch) => sum + batch.invalid.length, 0);
  const names = [...new Set([...before.names, ...batches.flatMap((batch) => batch.names)])];
  const content = {
    objects: before.objects + names.length - before.names.length,
    names,
    read: before.read + staged + invalid,
    invalid: before.invalid + invalid,
  };
  if (parts.length === 0) {
    const { duplicates, forgotten } = before;
    return commitHour(input, before, { ...content, rows: 0, duplicates, forgotten, buckets: [] });
  }

  await mkdir(hourFolder(directory, type, hour), { recursive: true });
  await database.run(`CREATE OR REPLACE TABLE candidate AS ${parts.join(' UNION ALL BY NAME ')}`);
  await database.run(`DELETE FROM candidate WHERE "user" IS NOT NULL AND ${forgottenSql(atMs)}`);
  const kept = await countOf(database, 'candidate');
  const elsewhere = await otherFiles(input, id);
  if (elsewhere.length > 0)
    await database.run(`DELETE FROM candidate WHERE NOT held AND ${id} IN
      (SELECT ${id} FROM read_parquet([${elsewhere.map(quote).join(', ')}], hive_partitioning = false))`);
  const temporary = temporaryOf(path);
  await database.run(`CREATE OR REPLACE TABLE merged AS SELECT * EXCLUDE (held) FROM candidate
    QUALIFY row_number() OVER (PARTITION BY ${id} ORDER BY ${prefer}) = 1`);
  const rows = await countOf(database, 'merged');
  const buckets = await database.rows<{ bucket: string }>(`SELECT DISTINCT ${idBucketSql(id)} AS bucket FROM merged ORDER BY 1`);
  if (rows > 0) {
    await database.run(`COPY (FROM merged ORDER BY ${sort}) TO ${quote(temporary)} (FORMAT parquet, COMPRESSION zstd)`);
    await flushFile(temporary);
  }
  await database.run('DROP TABLE candidate; DROP TABLE merged;');
  const file = rows > 0 ? await digestOf(temporary) : undefined;
  const forgotten = before.forgotten + before.rows + staged - kept;
  const next: HourContent = {
    ...content,
    rows,
    forgotten,
    duplicates: content.read - rows - forgotten - content.invalid,
    buckets: buckets.map(({ bucket }) => bucket),
    ...(file && { file }),
  };
  return commitHour(input, before, next);
}

async function countOf(database: Database, table: string): Promise<number> {
  const [row] = await database.rows<{ n: number }>(`SELECT count(*)::DOUBLE AS n FROM ${table}`);
  return row?.n ?? 0;
}

/** Files of other hours that can hold copies of what is new. */
async function otherFiles({ database, directory, type, hour, states }: MergeInput, id: string): Promise<string[]> {
  const rows = await database.rows<{ bucket: string }>(
    `SELECT DISTINCT ${idBucketSql(id)} AS bucket FROM candidate WHERE NOT held`,
  );
  const wanted = new Set(rows.map(({ bucket }) => bucket));
  return [...states].flatMap(([other, state]) =>
    other !== hour && state.file && state.buckets.some((bucket) => wanted.has(bucket)) ? [hourFile(directory, type, other)] : [],
  );
}
