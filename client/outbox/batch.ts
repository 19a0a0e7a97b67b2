import { type EventBatch, eventVersion } from '../../shared/contract/event.ts';
import type { SessionId, UserKey } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { OutboxEntry } from '../rerank/protocol.ts';

/** What one request carries, and which entries that is. */
export interface OutgoingBatch {
  readonly entries: readonly OutboxEntry[];
  readonly body: string;
}

/** Room for the envelope around events and tokens. */
const envelopeBytes = 512;

const sizeOf = (entry: OutboxEntry): number =>
  // Three bytes a character is the most that UTF-8 needs for one UTF-16 unit; ids and tokens are ASCII in practice.
  JSON.stringify(entry.event).length * 3 + (entry.token?.length ?? 0) + 64;

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
 * Cuts the outbox into requests: each of one visitor and session, at most limit.outboxBatchEvents events and well under
 * limit.eventBatchBytes, oldest first. Every entry is in exactly one.
 */
export function batches(entries: readonly OutboxEntry[], sentAt: number): OutgoingBatch[] {
  const cut: OutboxEntry[][] = [];
  const open = new Map<string, { entries: OutboxEntry[]; bytes: number }>();
  for (const entry of entries) {
    const key = `${entry.user} ${entry.session}`;
    const bytes = sizeOf(entry);
    let batch = open.get(key);
    if (!batch || batch.entries.length >= limit.outboxBatchEvents || batch.bytes + bytes > limit.eventBatchBytes) {
      batch = { entries: [], bytes: envelopeBytes };
      open.set(key, batch);
      cut.push(batch.entries);
    }
    batch.entries.push(entry);
    batch.bytes += bytes;
  }
  return cut.map((some) => ({ entries: some, body: bodyOf(some, sentAt) }));
}
