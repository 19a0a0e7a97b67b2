import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogType } from '../../shared/contract/key.ts';
import { digestOf, temporaryOf, writeAtomically } from '../log/atomic.ts';
import { hourFile, pullFolder } from '../log/layout.ts';

/** What an hour's file is made of. `read` = `rows` + `duplicates` + `forgotten` + `invalid`. */
export interface HourContent {
  /** The Parquet file; absent when no row is left. */
  readonly file?: { readonly sha256: string; readonly bytes: number };
  /** Objects of the Worker's log that are in it. */
  readonly objects: number;
  /** Their names, as long as more may come. */
  readonly names: readonly string[];
  /** Rows of those objects. */
  readonly read: number;
  readonly rows: number;
  /** Copies of rows that are here or in another hour. */
  readonly duplicates: number;
  /** Rows of visitors who were forgotten. */
  readonly forgotten: number;
  readonly invalid: number;
  /** Beginnings of the ids in it (idBucketSql): says in which hours a copy can be. */
  readonly buckets: readonly string[];
}

/** `_pull/<type>/<hour>.json`. */
export interface HourState extends HourContent {
  readonly version: 1;
  /** Nothing is added any more: not asked for again. */
  readonly closed: boolean;
  /** What the hour is being changed to. It counts once the file in place is that one. */
  readonly next?: HourContent;
}

export const emptyHour: HourState = {
  version: 1,
  closed: false,
  objects: 0,
  names: [],
  read: 0,
  rows: 0,
  duplicates: 0,
  forgotten: 0,
  invalid: 0,
  buckets: [],
};

const statePath = (directory: string, type: LogType, hour: string) => join(pullFolder(directory), type, `${hour}.json`);
const write = (directory: string, type: LogType, hour: string, state: HourState) =>
  writeAtomically(statePath(directory, type, hour), `${JSON.stringify(state)}\n`);

/** State of every hour that was ever asked for, by hour, ascending. A change that was interrupted is finished or forgotten. */
export async function readStates(directory: string, type: LogType): Promise<Map<string, HourState>> {
  const names = await readdir(join(pullFolder(directory), type)).catch(() => [] as string[]);
  const hours = names.flatMap((name) => /^(\d{4}-\d\d-\d\dT\d\d)\.json$/.exec(name)?.[1] ?? []).sort();
  const states = new Map<string, HourState>();
  for (const hour of hours) {
    const state = JSON.parse(await readFile(statePath(directory, type, hour), 'utf8')) as HourState;
    states.set(hour, state.next ? await recover(directory, type, hour, state) : state);
  }
  return states;
}

async function recover(directory: string, type: LogType, hour: string, { next, ...before }: HourState): Promise<HourState> {
  if (!next) return before;
  const path = hourFile(directory, type, hour);
  const found = await digestOf(path);
  const done = found?.sha256 === next.file?.sha256;
  const state = done ? contentOf(before, next) : before;
  await rm(temporaryOf(path), { force: true });
  await write(directory, type, hour, state);
  return state;
}

/** The content without the members of the one before that it does not have. */
const contentOf = ({ version, closed }: Pick<HourState, 'version' | 'closed'>, content: HourContent): HourState => ({
  version,
  closed,
  ...content,
});

/**
 * Makes `next` the content of an hour. Its file, if it has one, lies ready under the temporary name. Whatever stops this, the hour has the
 * old file and the old state or the new ones, once `readStates` was here.
 */
export async function commitHour(
  place: { readonly directory: string; readonly type: LogType; readonly hour: string },
  before: HourState,
  next: HourContent,
): Promise<HourState> {
  const { directory, type, hour } = place;
  const path = hourFile(directory, type, hour);
  await write(directory, type, hour, { ...before, next });
  if (next.file) await rename(temporaryOf(path), path);
  else await rm(path, { force: true });
  const state = contentOf(before, next);
  await write(directory, type, hour, state);
  return state;
}

/** Notes that nothing more comes, so that the names of its objects need not be kept. */
export async function closeHour(
  { directory, type, hour }: { readonly directory: string; readonly type: LogType; readonly hour: string },
  state: HourState,
): Promise<HourState> {
  const closed = { ...state, closed: true, names: [] };
  await write(directory, type, hour, closed);
  return closed;
}
