import { eventVersion, type LogEvent, type RejectedEvent } from '../../shared/contract/event.ts';
import type { SiteId } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { SlateClaim } from '../../shared/contract/pack.ts';
import { sha256Native } from '../pack/digest.ts';
import { ProblemError } from '../problem.ts';
import { checkBody, firstIssue } from '../schema/check.ts';
import { clientEvent, eventEnvelope, type ParsedEvent } from '../schema/event.ts';
import { correctedMs } from './clock.ts';
import type { LogBatch } from './log.ts';

/** A batch as it goes to the log. Every event of the body is a row, a duplicate of one, or rejected. */
export interface ParsedBatch extends LogBatch {
  /** Events whose id occurred before in this batch. */
  readonly duplicates: number;
  readonly rejected: readonly RejectedEvent[];
}

export interface BatchContext {
  readonly site: SiteId;
  readonly receivedMs: number;
  /** The claim of an authentic slate token of this deployment. */
  readonly verify: (token: string) => Promise<SlateClaim | undefined>;
}

/**
 * A batch as it goes to the log: events judged one by one, ids of one batch taken once, times corrected.
 * @throws ProblemError bad-body, unknown-version or too-large when the batch as a whole is refused.
 */
export async function parseBatch(text: string, context: BatchContext): Promise<ParsedBatch> {
  const { user, session, sentAt, events, tokens = {} } = checkEnvelope(text);
  const { site, receivedMs } = context;
  const verified = await verifiedSlates(tokens, context);
  const rejected: RejectedEvent[] = [];
  const rows = new Map<string, LogEvent>();
  let duplicates = 0;
  for (const [index, value] of events.entries()) {
    const parsed = clientEvent.safeParse(value);
    if (!parsed.success) rejected.push({ index, ...refusal(firstIssue(parsed.error)) });
    else if (rows.has(parsed.data.id)) duplicates++;
    else {
      const { t, ...event } = parsed.data;
      const tMs = correctedMs(t, sentAt, receivedMs);
      rows.set(event.id, { ...event, site, user, session, tMs, receivedMs, ...mark(parsed.data, verified) } as LogEvent);
    }
  }
  const digest = await sha256Native(JSON.stringify([site, user, ...rows.keys()]));
  return { site, digest, rows: [...rows.values()], duplicates, rejected };
}

/** What is wrong with one event. */
export const refusal = ({ detail, at }: { readonly detail: string; readonly at: string }) =>
  ({ code: 'bad-event', detail: at === '' ? detail : `${at}: ${detail}` }) as const;

function checkEnvelope(text: string) {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw new ProblemError('bad-body', 'the body is not JSON');
  }
  const version = typeof value === 'object' && value !== null && 'v' in value ? value.v : undefined;
  if (typeof version === 'number' && version !== eventVersion)
    throw new ProblemError('unknown-version', `event version ${version}; this deployment reads ${eventVersion}`, { at: '/v' });
  const batch = checkBody(eventEnvelope, value);
  if (batch.events.length > limit.eventBatchCount)
    throw new ProblemError('too-large', `${batch.events.length} events; a batch holds at most ${limit.eventBatchCount}`, {
      at: '/events',
    });
  return batch;
}

async function verifiedSlates(tokens: Readonly<Record<string, string>>, context: BatchContext): Promise<ReadonlySet<string>> {
  const entries = Object.entries(tokens).slice(0, limit.eventBatchCount);
  const claims = await Promise.all(entries.map(([, token]) => context.verify(token)));
  const slates = entries.map(([slate]) => slate);
  return new Set(slates.filter((slate, i) => claims[i]?.slate === slate && claims[i]?.site === context.site));
}

/** Absent members stay absent: the log's columns are then missing, not null. */
const mark = ({ slate }: ParsedEvent, verified: ReadonlySet<string>) =>
  slate !== undefined && verified.has(slate) ? { verified: true } : {};
