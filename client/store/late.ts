import type { Store } from './store.ts';

/**
 * A store that is opened, and its code fetched, when something is to be read or written. Where `exists` says that there is none yet there is
 * nothing to read: a first visit ranks before it needs a database. `open` without a store: nothing is kept, and nothing is there to be read.
 */
export function lateStore(open: () => Promise<Store | undefined>, exists: Promise<boolean>): Store {
  let opened: Promise<Store | undefined> | undefined;
  const written = () => {
    opened ??= open();
    return opened;
  };
  const read = async () => (opened || (await exists) ? written() : undefined);
  return {
    history: async () => (await read())?.history() ?? [],
    addHistory: async (event) => (await written())?.addHistory(event),
    outboxAll: async () => (await read())?.outboxAll() ?? [],
    outboxAdd: async (entries) => (await written())?.outboxAdd(entries) ?? false,
    outboxRemove: async (ids) => (await written())?.outboxRemove(ids),
    keepPack: async (key, pack) => (await written())?.keepPack(key, pack),
    lastPack: async (key) => (await read())?.lastPack(key),
    fact: async (name) => (await read())?.fact(name),
    setFact: async (name, value) => (await written())?.setFact(name, value),
    clear: async () => (await opened)?.clear(),
    close: () => void opened?.then((store) => store?.close()),
  };
}

/** For a visitor without consent: what happened is known as long as the page lives, and nothing is kept here. */
export const noStore = (): Store => lateStore(async () => undefined, Promise.resolve(false));
