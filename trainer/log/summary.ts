import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LogType, logTypes } from '../../shared/contract/key.ts';
import { type Database, openDatabase } from '../adapter/duckdb.ts';
import { hoursOf, hoursSql, pullFolder, readLogInfo } from './layout.ts';

export interface Volume {
  /** Day `YYYY-MM-DD` or hour `YYYY-MM-DDTHH`, UTC, of the partition. */
  readonly at: string;
  readonly events: number;
  readonly impressions: number;
  readonly slates: number;
  readonly users: number;
}

/** Rows of the Worker's objects and what became of them: `read` = `rows` + `duplicates` + `forgotten` + `invalid`. */
export interface Accounts {
  readonly read: number;
  readonly rows: number;
  readonly duplicates: number;
  readonly forgotten: number;
  readonly invalid: number;
}

export interface LogSummary {
  readonly site: string;
  readonly event: Accounts;
  readonly slate: Accounts;
  /** What could not be taken: batches and messages of the queue. */
  readonly rejected: Accounts;
  /** Events of those batches that were refused. */
  readonly rejectedEvents: number;
  readonly byType: Readonly<Record<string, number>>;
  readonly bySurface: Readonly<Record<string, number>>;
  readonly users: number;
  readonly sessions: number;
  readonly days: readonly Volume[];
  readonly hours: readonly Volume[];
  /** Milliseconds from an event to its receipt. Absent without events. */
  readonly latenessMs?: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
  /** Share of events that came more than an hour after they happened. */
  readonly overAnHourLate?: number;
  /** Share of the events that name a slate whose slate was proven by its token. */
  readonly verifiedShare?: number;
  /** Hours between the first and the last that have no event. */
  readonly gaps: readonly string[];
}

/** What is in a log directory. @throws Failure `bad-input` when it is none. */
export async function summariseLog(directory: string): Promise<LogSummary> {
  const { site } = await readLogInfo(directory);
  const hours = {} as Record<LogType, string[]>;
  for (const type of logTypes) hours[type] = await hoursOf(directory, type);
  const accounts = {} as Record<LogType, Accounts>;
  for (const type of logTypes) accounts[type] = await accountsOf(directory, type);
  const database = await openDatabase();
  try {
    // A table without hours has no file that a view could be over.
    await database.run(`
      CREATE VIEW event AS ${hours.event.length > 0 ? `FROM ${hoursSql(directory, 'event', hours.event)}` : noEvents};
      CREATE VIEW slate AS ${hours.slate.length > 0 ? `SELECT hour, slate FROM ${hoursSql(directory, 'slate', hours.slate)}` : noSlates};`);
    const volume = (length: number) =>
      database.rows<Volume>(`
        SELECT "at", coalesce(events, 0)::DOUBLE AS events, coalesce(impressions, 0)::DOUBLE AS impressions, coalesce(slates, 0)::DOUBLE AS slates, coalesce(users, 0)::DOUBLE AS users
        FROM (SELECT left(hour, ${length}) AS "at", count(*) AS events, count(*) FILTER (type = 'impression') AS impressions, count(DISTINCT "user") AS users FROM event GROUP BY 1)
        FULL JOIN (SELECT left(hour, ${length}) AS "at", count(*) AS slates FROM slate GROUP BY 1) USING ("at") ORDER BY "at"`);
    const counts = async (column: string) =>
      Object.fromEntries(
        (
          await database.rows<{ name: string | null; n: number }>(
            `SELECT ${column} AS name, count(*)::DOUBLE AS n FROM event GROUP BY 1 ORDER BY n DESC, name`,
          )
        ).map(({ name, n }) => [name ?? 'none', n]),
      );
    const [total] = await database.rows<Totals>(`
      SELECT count(*)::DOUBLE AS n, count(DISTINCT "user")::DOUBLE AS users, count(DISTINCT session)::DOUBLE AS sessions,
        quantile_disc(receivedMs - tMs, [0.5, 0.9, 0.99, 1])::DOUBLE[] AS lateness,
        avg((receivedMs - tMs > 3600000)::INTEGER) AS late,
        avg(coalesce(verified, false)::INTEGER) FILTER (slate IS NOT NULL) AS verified
      FROM event`);
    const [p50, p90, p99, max] = total?.lateness ?? [];
    const byHour = await volume(13);
    return {
      site,
      ...accounts,
      byType: await counts('type'),
      bySurface: await counts('surface'),
      users: total?.users ?? 0,
      sessions: total?.sessions ?? 0,
      rejectedEvents: hours.rejected.length > 0 ? await refusedEvents(database, directory, hours.rejected) : 0,
      days: await volume(10),
      hours: byHour,
      ...(p50 !== undefined &&
        p90 !== undefined &&
        p99 !== undefined &&
        max !== undefined && { latenessMs: { p50, p90, p99, max } }),
      ...(typeof total?.late === 'number' && { overAnHourLate: total.late }),
      ...(typeof total?.verified === 'number' && { verifiedShare: total.verified }),
      gaps: gapsOf(hours.event),
    };
  } finally {
    database.close();
  }
}

async function refusedEvents(database: Database, directory: string, hours: readonly string[]): Promise<number> {
  const [row] = await database.rows<{ n: number | null }>(
    `SELECT sum(json_array_length(rejected))::DOUBLE AS n FROM ${hoursSql(directory, 'rejected', hours)}`,
  );
  return row?.n ?? 0;
}

interface Totals {
  readonly users: number;
  readonly sessions: number;
  readonly lateness: readonly number[] | null;
  readonly late: number | null;
  readonly verified: number | null;
}

const noEvents = `SELECT ''::VARCHAR AS hour, '' AS type, '' AS "user", '' AS session, '' AS surface, '' AS slate, 0 AS tMs, 0 AS receivedMs, false AS verified WHERE false`;
const noSlates = `SELECT ''::VARCHAR AS hour, '' AS slate WHERE false`;

/** Sums of what `vitrine pull` noted of each hour. */
async function accountsOf(directory: string, type: LogType): Promise<Accounts> {
  const folder = join(pullFolder(directory), type);
  const total = { read: 0, rows: 0, duplicates: 0, forgotten: 0, invalid: 0 };
  const names = await readdir(folder).catch(() => [] as string[]);
  for (const name of names.filter((name) => /^\d.*\.json$/.test(name))) {
    const state = JSON.parse(await readFile(join(folder, name), 'utf8')) as Accounts;
    for (const key of Object.keys(total) as (keyof Accounts)[]) total[key] += state[key];
  }
  return total;
}

const hourMs = 3_600_000;

function gapsOf(hours: readonly string[]): string[] {
  const first = hours[0];
  const last = hours.at(-1);
  if (first === undefined || last === undefined) return [];
  const present = new Set(hours);
  const gaps: string[] = [];
  for (let ms = Date.parse(`${first}:00:00Z`); ms < Date.parse(`${last}:00:00Z`); ms += hourMs) {
    const hour = new Date(ms).toISOString().slice(0, 13);
    if (!present.has(hour)) gaps.push(hour);
  }
  return gaps;
}
