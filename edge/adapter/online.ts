import { key } from '../../shared/contract/key.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { OnlineStore } from '../port.ts';
import type { OnlineState } from '../state/online.ts';

/** The online feature store over Durable Objects. */
export function durableOnline(namespace: DurableObjectNamespace<OnlineState>): OnlineStore {
  return {
    async update(site, place, change) {
      const sessions = place.kind === 'user' ? new Set(change.events.flatMap(({ session }) => session ?? [])) : [];
      return await namespace.getByName(key.online(site, place)).update(change, [...sessions]);
    },
    async read(site, place, reads, nowMs) {
      return await namespace.getByName(key.online(site, place)).read(reads, nowMs);
    },
    /** Interrupted, it may be done again: the visitor's sessions are known until all of them are forgotten. */
    async forget(site, user, untilMs) {
      const visitor = namespace.getByName(key.online(site, { kind: 'user', key: user }));
      const sessions = await visitor.forget(untilMs);
      await Promise.all(
        sessions.map((session) => namespace.getByName(key.online(site, { kind: 'session', key: session })).forget(untilMs)),
      );
      await visitor.forgetSessions();
    },
    async clearItems(site) {
      const shards = Array.from({ length: limit.itemShards }, (_, shard) => key.online(site, { kind: 'item', shard }));
      await Promise.all(shards.map((name) => namespace.getByName(name).clear()));
    },
  };
}
