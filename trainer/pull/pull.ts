import { join } from 'node:path';
import { type LogType, logTypes } from '../../shared/contract/key.ts';
import { type Database, openDatabase } from '../adapter/duckdb.ts';
import { logKeys } from '../log/columns.ts';
import { hoursOf, hoursSql, prepareLog, pullFolder } from '../log/layout.ts';
import { type Progress, silentProgress } from '../progress.ts';
import { type ForgottenUntil, latestOf, readForgotten, writeForgotten } from './forget.ts';
import { whileLocked } from './lock.ts';
import { forgottenSql, loadForgotten, mergeHour } from './merge.ts';
import type { LogSource } from './source.ts';
import { dropStaged, stageHour } from './stage.ts';
import { closeHour, emptyHour, type HourState, readStates } from './state.ts';

export interface PullOptions {
  readonly source: LogSource;
  readonly site: string;
  /** Log directory; made, or continued. */
  readonly out: string;
  readonly progress?: Progress;
}

/** What one table of the log holds after a pull. `read` = `rows` + `duplicates` + `forgotten` + `invalid`. */
export interface PulledTable {
  readonly hours: number;
  readonly objects: number;
  readonly read: number;
  readonly rows: number;
  readonly duplicates: number;
  readonly forgotten: number;
  readonly invalid: number;
  /** Objects that this pull fetched. */
  readonly fetched: number;
}

export type PullReport = Readonly<Record<LogType, PulledTable>> & { readonly out: string; readonly site: string };

/**
 * Brings the log of a site here, as one Parquet file per table and hour. May be interrupted at any point and run again: what is here is not fetched
 * again, and counts are those of one undisturbed run.
 * @throws Failure refused, unreachable, bad-input
 */
export async function pullLog(options: PullOptions): Promise<PullReport> {
  await prepareLog(options.out, options.site);
  return whileLocked(options.out, () => pullTables(options));
}

async function pullTables({ source, site, out, progress = silentProgress }: PullOptions): Promise<PullReport> {
  const database = await openDatabase(join(pullFolder(out), 'spill'));
  try {
    const forgotten = latestOf(await source.forgotten());
    await loadForgotten(database, forgotten);
    const tables = {} as Record<LogType, PulledTable>;
    for (const type of logTypes) {
      tables[type] = await progress.step(`Pull the log: ${type}`, (say) =>
        pullTable({ database, directory: out, site, type, source, forgotten, say }),
      );
    }
    await writeForgotten(out, forgotten);
    return { out, site, ...tables };
  } finally {
    database.close();
  }
}

interface Table {
  readonly database: Database;
  readonly directory: string;
  readonly site: string;
  readonly type: LogType;
  readonly source: LogSource;
  readonly forgotten: ForgottenUntil;
  readonly say: (text: string) => void;
}

async function pullTable(table: Table): Promise<PulledTable> {
  const { database, directory, site, type, source, say } = table;
  const states = await readStates(directory, type);
  await dropForgotten(table, states);
  const { hours, closedBefore } = await source.hours(type);
  let fetched = 0;
  for (const hour of hours) {
    let state = states.get(hour) ?? emptyHour;
    if (state.closed) continue;
    const place = { directory, type, hour };
    const arrived = (objects: number) => {
      fetched += objects;
      say(`${hour}: ${fetched} objects`);
    };
    const batches = await stageHour({ ...place, site, source, known: new Set(state.names), arrived });
    const known = new Set(state.names);
    // A merge that was finished and not yet tidied up leaves batches that are in the file.
    const waiting = batches.filter(({ names }) => !names.every((name) => known.has(name)));
    if (waiting.length > 0) state = await mergeHour({ ...place, database, states, before: state, batches: waiting });
    if (hour < closedBefore) state = await closeHour(place, state);
    await dropStaged(directory, type, hour);
    states.set(hour, state);
  }
  return { ...totalOf([...states.values()]), fetched };
}

function totalOf(states: readonly HourState[]): Omit<PulledTable, 'fetched'> {
  const sum = (name: 'objects' | 'read' | 'rows' | 'duplicates' | 'forgotten' | 'invalid') =>
    states.reduce((total, state) => total + state[name], 0);
  return {
    hours: states.filter(({ file }) => file !== undefined).length,
    objects: sum('objects'),
    read: sum('read'),
    rows: sum('rows'),
    duplicates: sum('duplicates'),
    forgotten: sum('forgotten'),
    invalid: sum('invalid'),
  };
}

/** Rewrites the hours that hold rows of visitors who were forgotten since the last pull. */
async function dropForgotten(table: Table, states: Map<string, HourState>): Promise<void> {
  const { database, directory, type, forgotten } = table;
  const before = await readForgotten(directory);
  if ([...forgotten].every(([user, untilMs]) => before.get(user) === untilMs)) return;
  const hours = await hoursOf(directory, type);
  if (hours.length === 0) return;
  const found = await database.rows<{ hour: string }>(`SELECT DISTINCT hour FROM ${hoursSql(directory, type, hours)} AS candidate
    WHERE "user" IS NOT NULL AND ${forgottenSql(logKeys[type].atMs)}`);
  for (const { hour } of found) {
    const state = states.get(hour);
    if (state) states.set(hour, await mergeHour({ ...table, hour, states, before: state, batches: [] }));
  }
}
