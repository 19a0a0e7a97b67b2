import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type LogType, logTypes } from '../../shared/contract/key.ts';
import { openDatabase } from '../adapter/duckdb.ts';
import { Failure } from '../failure.ts';
import { digestOf } from '../log/atomic.ts';
import { hourFile, hourFolder, partFile, pullFolder, readLogInfo, typeFolder } from '../log/layout.ts';
import { type EraseReport, eraseForgotten } from './erase.ts';
import { readForgotten } from './forget.ts';
import { whileLocked } from './lock.ts';
import { loadForgotten, mergeHour } from './merge.ts';
import type { LogStore } from './source.ts';
import { emptyHour, type HourState, readStates } from './state.ts';

export interface CompactReport {
  /** Hours whose file was checked against its SHA-256. */
  readonly checked: number;
  /** Hours that were several files and are one now. */
  readonly compacted: number;
  readonly rows: Readonly<Record<LogType, number>>;
  /** Of the Worker's log, where it was asked to forget as well. */
  readonly erased?: EraseReport;
}

/**
 * Checks every hour against the digest that `vitrine pull` noted, and makes one file of hours that hold several: of logs that were copied together, or
 * files that another tool put there. Copies and who was forgotten are dropped on the way.
 * @param store the Worker's log: objects that hold rows of forgotten visitors are removed from it, once all else in them is in a file that was checked.
 * @throws Failure `bad-input` when a file is not the one that was written. Nothing was changed.
 */
export async function compactLog(directory: string, store?: LogStore): Promise<CompactReport> {
  const { site } = await readLogInfo(directory);
  return whileLocked(directory, async () => {
    const report = await compactTables(directory);
    return store ? { ...report, erased: await eraseForgotten(store, directory, site) } : report;
  });
}

async function compactTables(directory: string): Promise<CompactReport> {
  const database = await openDatabase(join(pullFolder(directory), 'spill'));
  try {
    await loadForgotten(database, await readForgotten(directory));
    const states = new Map<LogType, Map<string, HourState>>();
    let checked = 0;
    for (const type of logTypes) {
      const known = await readStates(directory, type);
      states.set(type, known);
      for (const [hour, state] of known) if (state.file) checked += await checkHour(directory, type, hour, state);
    }
    let compacted = 0;
    const rows = {} as Record<LogType, number>;
    for (const type of logTypes) {
      const known = states.get(type) ?? new Map<string, HourState>();
      for (const hour of await hourFolders(directory, type)) {
        const before = known.get(hour) ?? emptyHour;
        const extra = await filesBeside(directory, type, hour, before);
        if (extra.length === 0) continue;
        known.set(hour, await mergeHour({ database, directory, type, hour, states: known, before, batches: [], extra }));
        for (const file of extra) if (file !== hourFile(directory, type, hour)) await rm(file);
        compacted++;
      }
      rows[type] = [...known.values()].reduce((sum, state) => sum + state.rows, 0);
    }
    return { checked, compacted, rows };
  } finally {
    database.close();
  }
}

async function checkHour(directory: string, type: LogType, hour: string, state: HourState): Promise<number> {
  const path = hourFile(directory, type, hour);
  if ((await digestOf(path))?.sha256 === state.file?.sha256) return 1;
  throw new Failure(
    'bad-input',
    `${path} is not the file that was written: its SHA-256 is another.`,
    `Remove it and ${join(pullFolder(directory), type, `${hour}.json`)}, then run \`vitrine pull\` again.`,
  );
}

async function hourFolders(directory: string, type: LogType): Promise<string[]> {
  const names = await readdir(typeFolder(directory, type)).catch(() => [] as string[]);
  return names.flatMap((name) => /^hour=(\d{4}-\d\d-\d\dT\d\d)$/.exec(name)?.[1] ?? []).sort();
}

/** Parquet files of an hour that its state does not know. */
async function filesBeside(directory: string, type: LogType, hour: string, state: HourState): Promise<string[]> {
  const folder = hourFolder(directory, type, hour);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.parquet') && !/^[._]/.test(name));
  return names.filter((name) => !(name === partFile && state.file)).map((name) => join(folder, name));
}
