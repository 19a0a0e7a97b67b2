import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
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
 * Puts events back into the log of a site: one LogEvent per line. Repeating it changes nothing: the Worker knows each request by its content.
 * @throws Failure bad-input, refused, unreachable
 */
export async function replayEvents(target: PublishTarget, file: string, options?: AdminOptions): Promise<ReplayReport> {
  const { expectOk } = createAdminCalls(target, options);
  const total = { lines: 0, accepted: 0, duplicates: 0, repeated: 0 };
  const rejected: RefusedLine[] = [];
  for await (const batch of batchesOf(file)) {
    const body = `${batch.map(({ text }) => text).join('\n')}\n`;
    const response = await expectOk({ method: 'POST', path: `${adminPath(target.site)}/events/replay`, body });
    const answer = (await response.json()) as ReplayAnswer;
    total.lines += batch.length;
    total.accepted += answer.accepted;
    total.duplicates += answer.duplicates;
    if (!answer.stored && answer.accepted > 0) total.repeated++;
    for (const { index, code, detail } of answer.rejected) rejected.push({ line: batch[index]?.line ?? 0, code, detail });
  }
  if (total.lines === 0) throw new Failure('no-data', `${file} holds no events.`);
  return { ...total, rejected };
}

interface Line {
  readonly line: number;
  readonly text: string;
}

async function* batchesOf(file: string): AsyncGenerator<Line[]> {
  let batch: Line[] = [];
  let bytes = 0;
  let line = 0;
  const input = createReadStream(file);
  // A file that is missing is reported by the stream, not by the lines.
  const opened = new Promise((resolve, reject) => input.once('open', resolve).once('error', reject));
  await opened;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    if (text.trim() === '') continue;
    const length = Buffer.byteLength(text) + 1;
    if (batch.length > 0 && (batch.length >= replayLines || bytes + length > replayBytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push({ line, text });
    bytes += length;
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
