import { key } from '../../shared/contract/key.ts';
import { limit } from '../../shared/contract/limit.ts';
import { entityKey } from '../../shared/feature/entity.ts';
import type { OnlineStore } from '../port.ts';
import { addToDocument, type EntityDocument, kindOf, parseDocument, readDocuments } from '../state/document.ts';

export interface MemoryPlace {
  readonly entities: Map<string, EntityDocument>;
  readonly seen: Set<string>;
  readonly sessions: Set<string>;
  untilMs: number;
}

/** An online store in memory; the same contract as the Durable Objects (online.case.ts), but that it forgets nothing by itself. */
export function memoryOnline(): OnlineStore & { readonly places: Map<string, MemoryPlace> } {
  const places = new Map<string, MemoryPlace>();
  const placeOf = (name: string): MemoryPlace => {
    const place = places.get(name) ?? { entities: new Map(), seen: new Set(), sessions: new Set(), untilMs: 0 };
    places.set(name, place);
    return place;
  };
  const forgetPlace = (place: MemoryPlace, untilMs: number) => {
    place.entities.clear();
    place.seen.clear();
    place.untilMs = Math.max(place.untilMs, untilMs);
  };
  return {
    places,
    async update(site, at, { plans, events, nowMs }) {
      const place = placeOf(key.online(site, at));
      const fresh = events.filter(({ id, tMs, receivedMs }) => {
        const isNew = receivedMs > place.untilMs && tMs > nowMs - limit.onlineLateSeconds * 1000 && !place.seen.has(id);
        if (isNew) place.seen.add(id);
        return isNew;
      });
      for (const plan of plans)
        for (const event of fresh) {
          const name = JSON.stringify([kindOf(plan.ref), entityKey(plan.ref, event)]);
          const document = place.entities.get(name) ?? parseDocument(undefined);
          place.entities.set(name, document);
          addToDocument(plan, document, [{ ...event, tMs: Math.min(event.tMs, nowMs) }], nowMs);
        }
      if (at.kind === 'user') for (const { session } of fresh) if (session !== undefined) place.sessions.add(session);
      return place.untilMs;
    },
    async read(site, at, reads, nowMs) {
      const entities = places.get(key.online(site, at))?.entities;
      return reads.map(({ plan, keys }) => {
        const documents = keys.map((own) => entities?.get(JSON.stringify([kindOf(plan.ref), own])) ?? parseDocument(undefined));
        return readDocuments(plan, documents, nowMs);
      });
    },
    async forget(site, user, untilMs) {
      const visitor = placeOf(key.online(site, { kind: 'user', key: user }));
      forgetPlace(visitor, untilMs);
      for (const session of visitor.sessions) forgetPlace(placeOf(key.online(site, { kind: 'session', key: session })), untilMs);
      visitor.sessions.clear();
    },
    async clearItems(site) {
      for (let shard = 0; shard < limit.itemShards; shard++) places.delete(key.online(site, { kind: 'item', shard }));
    },
  };
}
