import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LogType, logTypes } from '../../shared/contract/key.ts';
import { openDatabase } from '../adapter/duckdb.ts';
import { writeAtomically } from '../log/atomic.ts';
import { logKeys, rowFault } from '../log/columns.ts';
import { hoursOf, hoursSql, pullFolder } from '../log/layout.ts';
import { type ForgottenUntil, latestOf, readForgotten } from './forget.ts';
import type { LogObject, LogStore } from './source.ts';

export interface EraseReport {
  /** Objects of the Worker's log that were read. */
  readonly examined: number;
  /** Objects that held rows of visitors who were forgotten, and are gone. */
  readonly removed: number;
  /** Objects that hold such rows and stay: rows of others in them are not in the log here yet, or are no rows of this site. */
  readonly kept: number;
}

interface Row {
  readonly id: string;
  /** SHA-256 of the user key; absent: of nobody. */
  readonly user?: string;
  readonly atMs: number;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/**
 * Removes from the Worker's log the objects that hold rows of visitors who were forgotten. An object may hold rows of others: it goes only when each of those is in
 * a file here, which `compactLog` has checked against its SHA-256 just before. What was done is noted, so that the next call looks for who was forgotten since.
 */
export async function eraseForgotten(store: LogStore, directory: string, site: string): Promise<EraseReport> {
  const known = await readForgotten(directory);
  const done = await readErased(directory);
  const wanted = new Map([...known].filter(([user, untilMs]) => !((done.get(user) ?? 0) >= untilMs)));
  const report = { examined: 0, removed: 0, kept: 0 };
  if (wanted.size === 0) return report;
  let open = false;
  for (const type of logTypes) {
    const { hours, closedBefore } = await store.hours(type);
    const lastMs = Math.max(...wanted.values());
    open ||= new Date(lastMs).toISOString().slice(0, 13) >= closedBefore;
    const found: { readonly object: LogObject; readonly others: readonly string[] | undefined }[] = [];
    for (const hour of hours)
      for await (const object of store.objects(type, hour)) {
        report.examined++;
        const others = othersIn(rowsOf(type, site, await store.read(object)), wanted);
        if (others !== 'none') found.push({ object, others });
      }
    const missing = await missingHere(
      directory,
      type,
      found.flatMap(({ others }) => others ?? []),
    );
    for (const { object, others } of found) {
      if (!others || others.some((id) => missing.has(id))) report.kept++;
      else if (await store.remove(object)) report.removed++;
    }
  }
  // More of theirs may be on its way into an hour that is open, and what was kept goes the next time.
  if (!open && report.kept === 0) await writeErased(directory, known);
  return report;
}

/** Ids of others; undefined when some row cannot be told; 'none' when nobody in it was forgotten. */
function othersIn(rows: readonly (Row | undefined)[], wanted: ForgottenUntil): readonly string[] | undefined | 'none' {
  const isForgotten = ({ user, atMs }: Row) => user !== undefined && atMs <= (wanted.get(user) ?? Number.NEGATIVE_INFINITY);
  if (!rows.some((row) => row && isForgotten(row))) return 'none';
  if (rows.includes(undefined)) return undefined;
  return rows.flatMap((row) => (row && !isForgotten(row) ? [row.id] : []));
}

/** Undefined for what is no row of this site. */
function rowsOf(type: LogType, site: string, bytes: Buffer): (Row | undefined)[] {
  const lines = bytes.toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => rowOf(type, site, line));
}

function rowOf(type: LogType, site: string, line: string): Row | undefined {
  let row: Readonly<Record<string, unknown>>;
  let user: unknown;
  try {
    row = JSON.parse(line);
    if (rowFault(type, site, row) !== undefined) return undefined;
    user = type === 'rejected' ? userIn(row) : row.user;
  } catch {
    return undefined;
  }
  const atMs = Number(row[logKeys[type].atMs]);
  const id = type === 'rejected' ? sha256(`${row.reason}\n${row.original}`) : String(row[logKeys[type].id]);
  return typeof user === 'string' ? { id, user: sha256(user), atMs } : { id, atMs };
}

/** The visitor inside what was refused, as the log's derived column says it. */
function userIn({ encoding, original }: Readonly<Record<string, unknown>>): unknown {
  if (encoding !== 'utf8') return undefined;
  try {
    const body = JSON.parse(String(original)) as { user?: unknown; record?: { user?: unknown } } | null;
    return body?.user ?? body?.record?.user;
  } catch {
    return undefined;
  }
}

/** Which of these ids are in no file here. */
async function missingHere(directory: string, type: LogType, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const hours = await hoursOf(directory, type);
  if (ids.length === 0) return new Set();
  if (hours.length === 0) return new Set(ids);
  const database = await openDatabase();
  try {
    const writer = await database.writer('asked', { id: 'VARCHAR' });
    for (const id of ids) writer.write([id]);
    writer.close();
    const rows = await database.rows<{ id: string }>(
      `SELECT DISTINCT asked.id FROM asked ANTI JOIN ${hoursSql(directory, type, hours)} AS held ON held.${logKeys[type].id} = asked.id`,
    );
    return new Set(rows.map(({ id }) => id));
  } finally {
    database.close();
  }
}

const erasedPath = (directory: string) => join(pullFolder(directory), 'erased.json');

async function readErased(directory: string): Promise<ForgottenUntil> {
  const text = await readFile(erasedPath(directory), 'utf8').catch(() => '[]');
  return latestOf((JSON.parse(text) as [string, number][]).map(([user, untilMs]) => ({ user, untilMs })));
}

const writeErased = (directory: string, erased: ForgottenUntil): Promise<void> =>
  writeAtomically(erasedPath(directory), `${JSON.stringify([...erased])}\n`);
