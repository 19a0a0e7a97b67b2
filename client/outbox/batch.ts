import { type EventBatch, eventVersion } from '../../shared/contract/event.ts';
import type { SessionId, UserKey } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { OutboxEntry } from '../rerank/protocol.ts';

/** What one request carries, and which entries that is. */
export interface OutgoingBatch {
  readonly entries: readonly OutboxEntry[];
  readonly body: string;
  /** Of the body in UTF-8. */
  readonly bytes: number;
}

/** Room for the envelope around events and tokens. */
const envelopeBytes = 256;

const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(text).length;

/** Bytes of an event in a body, its comma included. */
export const eventBytes = ({ event }: OutboxEntry): number => bytesOf(JSON.stringify(event)) + 1;

/** Bytes of a slate's token and its key. */
const tokenBytes = ({ event, token }: OutboxEntry): number => bytesOf(`"${event.slate}":"${token}",`);

function bodyOf(entries: readonly OutboxEntry[], sentAt: number): string {
  const { user, session } = entries[0] as OutboxEntry;
  const tokens: Record<string, string> = {};
  for (const { event, token } of entries) if (event.slate && token) tokens[event.slate] = token;
  const batch: EventBatch = {
    v: eventVersion,
    user: user as UserKey,
    session: session as SessionId,
    sentAt,
    events: entries.map(({ event }) => event),
    tokens,
  };
  return JSON.stringify(batch);
}

/**
 * Cuts the outbox into requests: each of one visitor and session, at most limit.eventBatchCount events, and small enough to be
 * handed over when the page ends, oldest first. Every entry is in exactly one; one that is too large by itself is alone.
 */
export function batches(entries: readonly OutboxEntry[], sentAt: number): OutgoingBatch[] {
  const cut: OutboxEntry[][] = [];
  const open = new Map<string, { entries: OutboxEntry[]; bytes: number; slates: Set<unknown> }>();
  for (const entry of entries) {
    const key = `${entry.user} ${entry.session}`;
    let batch = open.get(key);
    let bytes = eventBytes(entry) + (batch?.slates.has(entry.event.slate) ? 0 : tokenBytes(entry));
    if (!batch || batch.entries.length >= limit.eventBatchCount || batch.bytes + bytes > limit.keepaliveBytes) {
      batch = { entries: [], bytes: envelopeBytes, slates: new Set() };
      bytes = eventBytes(entry) + tokenBytes(entry);
      open.set(key, batch);
      cut.push(batch.entries);
    }
    batch.entries.push(entry);
    batch.bytes += bytes;
    batch.slates.add(entry.event.slate);
  }
  return cut.map((some) => {
    const body = bodyOf(some, sentAt);
    return { entries: some, body, bytes: bytesOf(body) };
  });
}
