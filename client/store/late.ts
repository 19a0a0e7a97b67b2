import type { Store } from './store.ts';

/**
 * A store that is opened, and its code fetched, when something is to be read or written. Where `exists` says that there is none yet there is
 * nothing to read: a first visit ranks before it needs a database.
 */
export function lateStore(open: () => Promise<Store>, exists: Promise<boolean>): Store {
  let opened: Promise<Store> | undefined;
  const store = () => {
    opened ??= open();
    return opened;
  };
  const isEmpty = async () => !opened && !(await exists);
  return {
    history: async () => ((await isEmpty()) ? [] : (await store()).history()),
    addHistory: async (event) => (await store()).addHistory(event),
    outboxAll: async () => ((await isEmpty()) ? [] : (await store()).outboxAll()),
    outboxAdd: async (entries) => (await store()).outboxAdd(entries),
    outboxRemove: async (ids) => (await store()).outboxRemove(ids),
    keepPack: async (key, pack) => (await store()).keepPack(key, pack),
    lastPack: async (key) => (await store()).lastPack(key),
    fact: async (name) => (await store()).fact(name),
    setFact: async (name, value) => (await store()).setFact(name, value),
    clear: async () => (await opened)?.clear(),
    close: () => void opened?.then(({ close }) => close()),
  };
}
