import { createHash } from 'node:crypto';
import { type EventBatch, type EventType, eventVersion } from '../../../shared/contract/event.ts';
import type { EventId, ItemId, SessionId, UserKey } from '../../../shared/contract/id.ts';

const types: readonly EventType[] = ['impression', 'impression', 'impression', 'view', 'click'];

/** A UUID of a version, a function of its name. */
function uuid(name: string, version: 4 | 7): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${version}${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The n-th batch of a run: one visitor's impressions, views and clicks, with ids of its own. */
export function batchOf(run: string, n: number, size: number, nowMs: number): EventBatch {
  return {
    v: eventVersion,
    user: uuid(`${run} user ${n % 1000}`, 4) as UserKey,
    session: uuid(`${run} session ${n % 1000}`, 7) as SessionId,
    sentAt: nowMs,
    events: Array.from({ length: size }, (_, i) => ({
      id: uuid(`${run} event ${n} ${i}`, 7) as EventId,
      type: types[i % types.length] as 'view',
      item: `item-${(n * 31 + i * 7) % 1000}` as ItemId,
      t: nowMs - 100 * (size - i),
      surface: 'home',
      position: i,
    })),
  };
}

/** What was sent, and which of it was acknowledged. */
export class Sent {
  readonly #batches = new Map<number, { readonly body: string; readonly ids: readonly string[]; acknowledged: boolean }>();

  add(n: number, batch: EventBatch): string {
    const body = JSON.stringify(batch);
    this.#batches.set(n, { body, ids: batch.events.map(({ id }) => id), acknowledged: false });
    return body;
  }

  /** The body of a batch, to send it again. */
  body(n: number): string | undefined {
    return this.#batches.get(n)?.body;
  }

  acknowledge(n: number): void {
    const batch = this.#batches.get(n);
    if (batch) batch.acknowledged = true;
  }

  /** Batches without an acknowledgement: a client keeps those and sends them again. */
  unacknowledged(): number[] {
    return Array.from(this.#batches).flatMap(([n, { acknowledged }]) => (acknowledged ? [] : [n]));
  }

  /** Ids of acknowledged events. */
  acknowledgedIds(): Set<string> {
    return new Set(Array.from(this.#batches.values()).flatMap(({ ids, acknowledged }) => (acknowledged ? ids : [])));
  }
}
