import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FeatureDefinition } from '../../shared/feature/definition.ts';
import { openDatabase, quote } from '../adapter/duckdb.ts';
import { Failure } from '../failure.ts';
import { datasetFiles, readInfo } from '../log/dataset.ts';
import { hoursOf, hoursSql, logMarker, readLogInfo } from '../log/layout.ts';
import { ingredientsOf } from './ingredients.ts';

/**
 * Time of the newest event that each feature counts, by name; absent for features that count none, and for those whose events a data set or log lacks.
 * @param directory data set, or log as `vitrine pull` brings it.
 * @throws Failure `bad-input`
 */
export async function newestEvents(
  directory: string,
  definitions: readonly FeatureDefinition[],
): Promise<ReadonlyMap<string, number>> {
  const from = await eventsOf(directory);
  const counting = definitions.filter((feature) => ingredientsOf(feature).events.length > 0);
  if (from === undefined || counting.length === 0) return new Map();
  const database = await openDatabase();
  try {
    const columns = counting.map((feature, i) => `(max(tMs) FILTER (WHERE ${conditionOf(feature)}))::DOUBLE AS f${i}`);
    const [row] = await database.rows<Record<string, number | null>>(`SELECT ${columns.join(', ')} FROM ${from}`);
    return new Map(counting.flatMap(({ name }, i) => (row?.[`f${i}`] == null ? [] : [[name, row[`f${i}`] as number] as const])));
  } finally {
    database.close();
  }
}

/** Table function over the events; undefined for a log that has none yet. */
async function eventsOf(directory: string): Promise<string | undefined> {
  if (existsSync(join(directory, logMarker))) {
    await readLogInfo(directory);
    const hours = await hoursOf(directory, 'event');
    return hours.length === 0 ? undefined : hoursSql(directory, 'event', hours);
  }
  if (!existsSync(join(directory, datasetFiles.info)))
    throw new Failure(
      'bad-input',
      `${directory} is neither a data set nor a log.`,
      'Make one with `vitrine import` or `vitrine pull`.',
    );
  await readInfo(directory);
  return `read_parquet(${quote(join(directory, datasetFiles.events))})`;
}

function conditionOf(feature: FeatureDefinition): string {
  const where = 'where' in feature ? feature.where : undefined;
  const conditions = [`type IN (${ingredientsOf(feature).events.map(quote).join(', ')})`];
  if (where?.surface !== undefined) conditions.push(`surface = ${quote(where.surface)}`);
  if (where?.minValue !== undefined) conditions.push(`value >= ${where.minValue}`);
  if (where?.maxValue !== undefined) conditions.push(`value <= ${where.maxValue}`);
  return conditions.join(' AND ');
}
