import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventBatch } from '../../shared/contract/event.ts';
import type { EventId, ItemId, SlateId } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { OutboxEntry } from '../rerank/protocol.ts';
import { batches } from './batch.ts';

const entry = fc
  .record({
    user: fc.constantFrom('u1', 'u2'),
    session: fc.constantFrom('s1', 's2'),
    item: fc.string({ unit: 'binary', minLength: 1, maxLength: 128 }),
    slate: fc.constantFrom('a', 'b', 'c'),
  })
  .map(({ user, session, item, slate }): OutboxEntry => {
    const event = {
      id: `${Math.random()}` as EventId,
      type: 'click' as const,
      item: item as ItemId,
      t: 1,
      slate: slate as SlateId,
    };
    return { user, session, event, token: `token of ${slate}` };
  });

describe('batches', () => {
  it('puts every event into exactly one request of its own visitor and session, within both limits, with the tokens of its slates', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 400 }), (entries) => {
        const cut = batches(entries, 7);
        expect(cut.flatMap((batch) => batch.entries).toSorted(byId)).toEqual(entries.toSorted(byId));
        for (const { entries: some, body, bytes } of cut) {
          const batch = JSON.parse(body) as EventBatch;
          expect(new Set(some.map(({ user, session }) => user + session)).size).toBe(1);
          expect(batch).toMatchObject({ v: 1, user: some[0]?.user, session: some[0]?.session, sentAt: 7 });
          expect(batch.events.length).toBeLessThanOrEqual(limit.eventBatchCount);
          expect(bytes).toBe(new TextEncoder().encode(body).length);
          expect(bytes).toBeLessThanOrEqual(limit.keepaliveBytes);
          for (const { slate } of batch.events) expect(batch.tokens?.[slate!]).toBe(`token of ${slate}`);
        }
      }),
      { numRuns: 50 },
    );
  });
});

const byId = (a: OutboxEntry, b: OutboxEntry) => (a.event.id < b.event.id ? -1 : 1);
