import { eventVersion } from '../../shared/contract/event.ts';
import type { SiteId } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { SlateClaim } from '../../shared/contract/pack.ts';
import { sha256Native } from '../pack/digest.ts';
import { ProblemError } from '../problem.ts';
import { checkBody, firstIssue } from '../schema/check.ts';
import { clientEvent, eventEnvelope, type ParsedEvent } from '../schema/event.ts';
import { correctedMs } from './clock.ts';
import { type EventMessage, type LoggedEvent, messageVersion } from './message.ts';

/** One event that was not taken. `index` is its place in the batch. */
export interface RejectedEvent {
  readonly index: number;
  readonly code: 'bad-event';
  readonly detail: string;
}

export interface ParsedBatch {
  /** Absent when no event was taken. */
  readonly message?: EventMessage;
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
  const batch = checkEnvelope(text);
  const verified = await verifiedSlates(batch.tokens ?? {}, context);
  const rejected: RejectedEvent[] = [];
  const events = new Map<string, LoggedEvent>();
  for (const [index, value] of batch.events.entries()) {
    const parsed = clientEvent.safeParse(value);
    if (!parsed.success) {
      const { detail, at } = firstIssue(parsed.error);
      rejected.push({ index, code: 'bad-event', detail: at === '' ? detail : `${at}: ${detail}` });
    } else if (!events.has(parsed.data.id)) {
      events.set(parsed.data.id, logged(parsed.data, batch.sentAt, context.receivedMs, verified));
    }
  }
  if (events.size === 0) return { rejected };
  const { site, receivedMs } = context;
  const digest = await sha256Native(JSON.stringify([site, batch.user, ...events.keys()]));
  const { user, session } = batch;
  const message = {
    v: messageVersion,
    kind: 'events',
    site,
    user,
    session,
    receivedMs,
    digest,
    events: [...events.values()],
  } as const;
  return { message, rejected };
}

function checkEnvelope(text: string) {
  let value: unknown;
  try {
    value = JSON.parse(text);
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
function logged(event: ParsedEvent, sentAt: number, receivedMs: number, verified: ReadonlySet<string>): LoggedEvent {
  const { t, ...rest } = event;
  const tMs = correctedMs(t, sentAt, receivedMs);
  const row = event.slate !== undefined && verified.has(event.slate) ? { ...rest, tMs, verified: true } : { ...rest, tMs };
  return row as LoggedEvent;
}
