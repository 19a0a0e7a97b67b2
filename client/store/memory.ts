import type { Pack } from '../../shared/contract/pack.ts';
import type { HistoryEvent } from '../../shared/feature/history.ts';
import { keptEvents } from '../../shared/feature/kept.ts';
import type { OutboxEntry } from '../rerank/protocol.ts';
import { packLimit, type Store } from './store.ts';

/** A store that ends with the page: where IndexedDB is refused. */
export function memoryStore(): Store {
  let history: HistoryEvent[] = [];
  const outbox = new Map<string, OutboxEntry>();
  const packs = new Map<string, Pack>();
  const facts = new Map<string, unknown>();
  return {
    history: async () => [...history],
    async addHistory(event) {
      history = keptEvents([...history, event]);
    },
    outboxAll: async () => [...outbox.values()],
    async outboxAdd(entries) {
      for (const entry of entries) outbox.set(entry.event.id, entry);
      return false;
    },
    async outboxRemove(ids) {
      for (const id of ids) outbox.delete(id);
    },
    async keepPack(key, pack) {
      packs.delete(key);
      packs.set(key, pack);
      for (const oldest of packs.keys()) {
        if (packs.size <= packLimit) break;
        packs.delete(oldest);
      }
    },
    lastPack: async (key) => packs.get(key),
    fact: async (name) => facts.get(name),
    async setFact(name, value) {
      facts.set(name, value);
    },
    async clear() {
      history = [];
      for (const map of [outbox, packs, facts]) map.clear();
    },
    close() {},
  };
}
