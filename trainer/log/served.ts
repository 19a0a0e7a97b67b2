import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Item } from '../../shared/contract/item.ts';
import type { FeatureSetDocument } from '../../shared/feature/definition.ts';
import { openDatabase, quote } from '../adapter/duckdb.ts';

/** A slate as it was served. */
export interface ServedSlate {
  readonly featureHash: string;
  /** Of its candidates, as the edge ordered them; -1: an item that the data set lacks. */
  readonly ordinals: Int32Array;
  /** Float32 [candidates x served features of that set], row-major, NaN = missing. */
  readonly values: Float32Array;
}

/** The served values of a data set that is of a log. */
export interface ServedLog {
  /** The feature sets that say what values are. */
  readonly sets: readonly FeatureSetDocument[];
  /** Slates by their dense index in EventColumns.slate; those that were not logged, or are of a set that nobody knows, are absent. */
  read(slates: Iterable<number>): Promise<ReadonlyMap<number, ServedSlate>>;
}

/** The table `slate_index` of dense indices. @param events table of events */
export const slateIndexSql = (events: string): string =>
  `CREATE TABLE slate_index AS SELECT slate AS id, row_number() OVER (ORDER BY slate) - 1 AS i FROM (SELECT DISTINCT slate FROM ${events} WHERE slate IS NOT NULL)`;

/** Slates that are in memory as rows at a time. */
const batchSlates = 500;

interface Row {
  readonly i: number;
  readonly hash: string;
  readonly items: readonly string[];
  readonly served: Uint8Array;
}

/** Undefined for a data set without served values. @param paths of the data set's files. */
export async function openServedLog(
  paths: { readonly slates: string; readonly featureSets: string; readonly events: string },
  items: readonly Item[],
): Promise<ServedLog | undefined> {
  if (!existsSync(paths.slates)) return undefined;
  const sets = JSON.parse(await readFile(paths.featureSets, 'utf8')) as FeatureSetDocument[];
  const ordinalOf = new Map(items.map(({ id }, ordinal) => [id as string, ordinal]));
  const events = `read_parquet(${quote(paths.events)})`;
  return {
    sets,
    async read(slates) {
      const found = new Map<number, ServedSlate>();
      const wanted = [...new Set(slates)];
      const database = await openDatabase();
      try {
        await database.run(slateIndexSql(events));
        for (let at = 0; at < wanted.length; at += batchSlates) {
          const rows = await database.rows<Row>(`
            SELECT slate_index.i::DOUBLE AS i, "featureHash" AS hash, items, served FROM read_parquet(${quote(paths.slates)}) AS slates
            JOIN slate_index ON slate_index.id = slates.slate WHERE slate_index.i IN (${wanted.slice(at, at + batchSlates).join(', ')})`);
          for (const { i, hash, items, served } of rows)
            found.set(i, {
              featureHash: hash,
              ordinals: Int32Array.from(items, (id) => ordinalOf.get(id) ?? -1),
              // A copy, for the bytes need not be aligned.
              values: new Float32Array(Uint8Array.from(served).buffer),
            });
        }
      } finally {
        database.close();
      }
      return found;
    },
  };
}
