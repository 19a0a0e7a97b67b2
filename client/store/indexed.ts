import { type DBSchema, openDB } from 'idb';
import type { SiteId } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { Pack } from '../../shared/contract/pack.ts';
import type { HistoryEvent } from '../../shared/feature/history.ts';
import { keptEvents } from '../../shared/feature/kept.ts';
import type { OutboxEntry } from '../rerank/protocol.ts';
import { storeName } from './name.ts';
import { packLimit, type Store } from './store.ts';

const schemaVersion = 1;
/** Stored events at which the surplus is deleted: not at every event, because that reads all of them. */
const trimFrom = limit.historyEvents + 64;

interface Schema extends DBSchema {
  /** Ascending keys in order of arrival. */
  history: { key: number; value: HistoryEvent };
  outbox: { key: string; value: OutboxEntry & { readonly id: string } };
  pack: { key: string; value: { readonly key: string; readonly pack: Pack; readonly order: number }; indexes: { order: number } };
  fact: { key: string; value: unknown };
}
const names = ['history', 'outbox', 'pack', 'fact'] as const;

/** A store in IndexedDB. `onClosed` is called when another tab deletes the database, which this one must not hold up. */
export async function indexedStore(site: SiteId, onClosed: () => void): Promise<Store> {
  const db = await openDB<Schema>(storeName(site), schemaVersion, {
    upgrade(fresh) {
      fresh.createObjectStore('history', { autoIncrement: true });
      // Event ids are UUIDv7, so their order is the order of arrival.
      fresh.createObjectStore('outbox', { keyPath: 'id' });
      fresh.createObjectStore('pack', { keyPath: 'key' }).createIndex('order', 'order');
      fresh.createObjectStore('fact');
    },
    blocking() {
      db.close();
      onClosed();
    },
    terminated: onClosed,
  });
  return {
    history: async () => keptEvents(await db.getAll('history')),
    async addHistory(event) {
      const { store, done } = db.transaction('history', 'readwrite');
      await store.add(event);
      if ((await store.count()) > trimFrom) {
        const keys = await store.getAllKeys();
        const events = await store.getAll();
        const keep = new Set(keptEvents(events));
        await Promise.all(keys.flatMap((key, i) => (keep.has(events[i] as HistoryEvent) ? [] : [store.delete(key)])));
      }
      await done;
    },
    outboxAll: async () => (await db.getAll('outbox')).map(({ id: _, ...entry }) => entry),
    async outboxAdd(entries) {
      const { store, done } = db.transaction('outbox', 'readwrite');
      await Promise.all([...entries.map((entry) => store.put({ ...entry, id: entry.event.id })), done]);
      return true;
    },
    async outboxRemove(ids) {
      const { store, done } = db.transaction('outbox', 'readwrite');
      await Promise.all([...ids.map((id) => store.delete(id)), done]);
    },
    async keepPack(key, pack) {
      const { store, done } = db.transaction('pack', 'readwrite');
      const newest = await store.index('order').openKeyCursor(null, 'prev');
      await store.put({ key, pack, order: Number(newest?.key ?? 0) + 1 });
      for (let over = (await store.count()) - packLimit, at = await store.index('order').openCursor(); over > 0 && at; over--) {
        await at.delete();
        at = await at.continue();
      }
      await done;
    },
    lastPack: async (key) => (await db.get('pack', key))?.pack,
    fact: (name) => db.get('fact', name),
    async setFact(name, value) {
      await db.put('fact', value, name);
    },
    async clear() {
      const transaction = db.transaction(names, 'readwrite');
      await Promise.all([...names.map((name) => transaction.objectStore(name).clear()), transaction.done]);
    },
    close: () => db.close(),
  };
}
