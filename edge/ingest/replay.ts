import type { LogEvent, RejectedEvent } from '../../shared/contract/event.ts';
import { hourOf, key } from '../../shared/contract/key.ts';
import { limit } from '../../shared/contract/limit.ts';
import { sha256Native } from '../pack/digest.ts';
import type { Ports } from '../port.ts';
import { ProblemError } from '../problem.ts';
import { firstIssue } from '../schema/check.ts';
import { logEvent } from '../schema/event.ts';
import { logEvents } from './log.ts';
import { type BatchContext, type ParsedBatch, parseBatch, refusal } from './parse.ts';

export interface Replayed {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly RejectedEvent[];
  /** Of the log object that holds them; absent when none was taken. */
  readonly key?: string;
  /** False: it was there already. */
  readonly stored: boolean;
}

export interface ReplayContext extends Omit<BatchContext, 'receivedMs'> {
  /** When the original of a batch arrived. Rows say it themselves. */
  readonly receivedMs: number | undefined;
}

type Stores = Pick<Ports, 'files' | 'log' | 'nowMs'>;

/**
 * Puts repaired events into the log, as NDJSON of log rows or as one batch. They go into the hour of the replay: hours that have passed are
 * complete. A replay of the same events is recognised in any later hour.
 * @throws ProblemError bad-body, bad-parameter, too-large, overloaded
 */
export async function replayEvents(text: string, context: ReplayContext, stores: Stores): Promise<Replayed> {
  const batch = await parse(text, context);
  const { site, digest, rows, duplicates, rejected } = batch;
  const counts = { accepted: rows.length, duplicates, rejected };
  if (rows.length === 0) return { ...counts, stored: false };
  const marker = key.replay(site, digest);
  const earlier = new TextDecoder().decode(await stores.files.read(marker));
  const earlierHour = /\/hour=([\dT-]{13})\//.exec(earlier)?.[1];
  if (earlierHour !== undefined && earlier === key.events(site, earlierHour, digest))
    return { ...counts, key: earlier, stored: false };
  const hour = hourOf(stores.nowMs());
  const stored = await logEvents(batch, hour, stores);
  const name = key.events(site, hour, digest);
  // After the events: a marker without them would lose them.
  await stores.files.create(marker, name);
  return { ...counts, key: name, stored };
}

async function parse(text: string, context: ReplayContext): Promise<ParsedBatch> {
  if (!isBatch(text)) return await parseRows(text, context);
  const { receivedMs } = context;
  if (receivedMs === undefined)
    throw new ProblemError('bad-parameter', 'receivedMs: is required for a batch', { at: 'receivedMs' });
  return await parseBatch(text, { ...context, receivedMs });
}

/** One JSON value with a list of events; a row has none. */
function isBatch(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'events' in value;
  } catch {
    return false;
  }
}

async function parseRows(text: string, { site }: ReplayContext): Promise<ParsedBatch> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > limit.replayEvents)
    throw new ProblemError('too-large', `${lines.length} lines; a replay holds at most ${limit.replayEvents}`);
  const rejected: RejectedEvent[] = [];
  const rows = new Map<string, LogEvent>();
  let duplicates = 0;
  for (const [index, line] of lines.entries()) {
    const row = parseRow(line);
    if ('detail' in row) rejected.push({ index, ...refusal(row) });
    else if (row.site !== site) rejected.push({ index, ...refusal({ detail: `is not ${site}`, at: '/site' }) });
    else if (rows.has(row.id)) duplicates++;
    else rows.set(row.id, row);
  }
  const digest = await sha256Native(JSON.stringify([site, 'replay', ...[...rows.keys()].sort()]));
  return { site, digest, rows: [...rows.values()], duplicates, rejected };
}

function parseRow(line: string): LogEvent | { readonly detail: string; readonly at: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { detail: 'is not JSON', at: '' };
  }
  const parsed = logEvent.safeParse(value);
  return parsed.success ? (parsed.data as LogEvent) : firstIssue(parsed.error);
}
