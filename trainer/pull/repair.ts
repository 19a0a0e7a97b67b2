import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { RejectedRecord } from '../../shared/contract/event.ts';
import { Failure } from '../failure.ts';
import { type AdminOptions, adminPath, createAdminCalls, type PublishTarget } from '../release/admin.ts';

/** A line that was not taken. `line` counts from 1. */
export interface RefusedLine {
  readonly line: number;
  readonly code: string;
  readonly detail: string;
}

export interface ReplayReport {
  readonly lines: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly RefusedLine[];
  /** Requests that the log had taken before: nothing was changed by them. */
  readonly repeated: number;
}

/** What one request holds at most; the Worker's limits are 1000 lines and 1 MiB. */
const replayLines = 1000;
const replayBytes = 1_000_000;

interface ReplayAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly index: number; readonly code: string; readonly detail: string }[];
  readonly stored: boolean;
}

/**
 * Puts events back into the log of a site: one LogEvent per line, or one RejectedRecord whose `original` was repaired. Repeating it changes nothing:
 * the Worker knows each request by its content.
 * @throws Failure bad-input, refused, unreachable
 */
export async function replayEvents(target: PublishTarget, file: string, options?: AdminOptions): Promise<ReplayReport> {
  const { expectOk } = createAdminCalls(target, options);
  const total = { lines: 0, accepted: 0, duplicates: 0, repeated: 0 };
  const rejected: RefusedLine[] = [];
  const path = `${adminPath(target.site)}/events/replay`;
  for await (const batch of batchesOf(file)) {
    const record = batch.length === 1 ? rejectedRecord(batch[0]?.text ?? '') : undefined;
    const response = record
      ? await expectOk({ method: 'POST', path: `${path}?receivedMs=${record.atMs}`, body: record.original })
      : await expectOk({ method: 'POST', path, body: `${batch.map(({ text }) => text).join('\n')}\n` });
    const answer = (await response.json()) as ReplayAnswer;
    total.lines += batch.length;
    total.accepted += answer.accepted;
    total.duplicates += answer.duplicates;
    if (!answer.stored && answer.accepted > 0) total.repeated++;
    for (const { index, code, detail } of answer.rejected) {
      // Of a refused batch the index is that of an event inside.
      const line = batch[record ? 0 : index]?.line ?? 0;
      rejected.push({ line, code, detail: record ? `event ${index}: ${detail}` : detail });
    }
  }
  if (total.lines === 0) throw new Failure('no-data', `${file} holds no events.`);
  return { ...total, rejected };
}

/** What a line holds if it is a record of what was refused, and not an event. */
function rejectedRecord(text: string): Pick<RejectedRecord, 'original' | 'atMs'> | undefined {
  if (!text.includes('"original"')) return undefined;
  try {
    const value = JSON.parse(text) as Partial<RejectedRecord> | null;
    if (typeof value?.original === 'string' && typeof value.atMs === 'number')
      return { original: value.original, atMs: value.atMs };
  } catch {
    // The Worker says what is wrong with it.
  }
  return undefined;
}

interface Line {
  readonly line: number;
  readonly text: string;
}

async function* batchesOf(file: string): AsyncGenerator<Line[]> {
  let batch: Line[] = [];
  let bytes = 0;
  let line = 0;
  /** The batch is a refused one, which goes by itself. */
  let lone = false;
  const input = createReadStream(file);
  // A file that is missing is reported by the stream, not by the lines.
  const opened = new Promise((resolve, reject) => input.once('open', resolve).once('error', reject));
  await opened;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    if (text.trim() === '') continue;
    const length = Buffer.byteLength(text) + 1;
    const alone = rejectedRecord(text) !== undefined;
    if (batch.length > 0 && (alone || lone || batch.length >= replayLines || bytes + length > replayBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push({ line, text });
    bytes += length;
    lone = alone;
  }
  if (batch.length > 0) yield batch;
}

export interface ForgottenUser {
  /** SHA-256 of the user key. */
  readonly user: string;
  readonly untilMs: number;
}

/** Forgets a visitor up to now. The rows go with the next `vitrine pull`. @throws Failure refused, unreachable */
export async function forgetUser(target: PublishTarget, user: string, options?: AdminOptions): Promise<ForgottenUser> {
  const { expectOk } = createAdminCalls(target, options);
  const path = `/v1/users/${encodeURIComponent(user)}?site=${encodeURIComponent(target.site)}`;
  return (await (await expectOk({ method: 'DELETE', path })).json()) as ForgottenUser;
}
