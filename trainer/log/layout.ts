import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogType } from '../../shared/contract/key.ts';
import { quote } from '../adapter/duckdb.ts';
import { Failure } from '../failure.ts';
import { writeAtomically } from './atomic.ts';

/**
 * A log directory, as `vitrine pull` makes it:
 *
 *     log.json                                    which site's log this is
 *     event/hour=2026-11-22T16/part-0.parquet     one file per hour, rows of LogEvent
 *     slate/hour=2026-11-22T16/part-0.parquet     one file per hour, rows of SlateRecord
 *     rejected/hour=2026-11-22T16/part-0.parquet  one file per hour, rows of RejectedRecord
 *     feature-sets/<hash>.json                    what the served values of slates are, by feature hash
 *     _pull/                                      what was fetched already; of no interest to readers
 *
 * An hour's file is replaced as a whole by a rename, so that a reader sees the hour before or after, never in between. Readers of partitioned
 * Parquet skip names that begin with `_` or `.`.
 */
export const logMarker = 'log.json';
export const partFile = 'part-0.parquet';

/** `log.json`. */
export interface LogInfo {
  readonly version: 1;
  readonly site: string;
}

export const typeFolder = (directory: string, type: LogType): string => join(directory, type);
export const hourFolder = (directory: string, type: LogType, hour: string): string =>
  join(typeFolder(directory, type), `hour=${hour}`);
export const hourFile = (directory: string, type: LogType, hour: string): string =>
  join(hourFolder(directory, type, hour), partFile);
export const pullFolder = (directory: string): string => join(directory, '_pull');

/** @throws Failure `bad-input` when the directory is no log. */
export async function readLogInfo(directory: string): Promise<LogInfo> {
  const path = join(directory, logMarker);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Failure(
      'bad-input',
      `${directory} is not a log: ${logMarker} cannot be read.`,
      'Bring a log here with `vitrine pull`.',
    );
  });
  const info = JSON.parse(text) as Partial<LogInfo>;
  if (info.version !== 1) throw new Failure('bad-input', `${path}: log version ${info.version}, this build reads 1.`);
  return info as LogInfo;
}

/** The log directory of a site; made where nothing is. @throws Failure `bad-input` when something else is there, or another site's log. */
export async function prepareLog(directory: string, site: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  if (existsSync(join(directory, logMarker))) {
    const info = await readLogInfo(directory);
    if (info.site !== site) throw new Failure('bad-input', `${directory} holds the log of site ${info.site}, not of ${site}.`);
    return;
  }
  if ((await readdir(directory)).length > 0)
    throw new Failure('bad-input', `${directory} exists and holds other files.`, 'Give an --out that does not exist yet.');
  await writeAtomically(join(directory, logMarker), `${JSON.stringify({ version: 1, site } satisfies LogInfo)}\n`);
}

/** Hours that have a file, ascending. */
export async function hoursOf(directory: string, type: LogType): Promise<string[]> {
  const names = await readdir(typeFolder(directory, type)).catch(() => [] as string[]);
  return names
    .flatMap((name) => /^hour=(\d{4}-\d\d-\d\dT\d\d)$/.exec(name)?.[1] ?? [])
    .filter((hour) => existsSync(hourFile(directory, type, hour)))
    .sort();
}

/** Table function of DuckDB over these hours, of which there must be one; column `hour` is the hour as text. */
export const hoursSql = (directory: string, type: LogType, hours: readonly string[]): string =>
  `read_parquet([${hours.map((hour) => quote(hourFile(directory, type, hour))).join(', ')}], union_by_name = true, hive_partitioning = true, hive_types_autocast = false)`;
