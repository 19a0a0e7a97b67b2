import type { SiteId } from '../../shared/contract/id.ts';
import { loadPart } from '../part.ts';
import { lateStore } from './late.ts';
import { storeName } from './name.ts';
import type { Store } from './store.ts';

/** Whether the site has a database here; true where a browser does not tell. */
async function exists(site: SiteId): Promise<boolean> {
  const all = await indexedDB.databases?.();
  return !all || all.some(({ name }) => name === storeName(site));
}

/** The store of a visitor who agreed to one. `base`: folder of the client's parts. Never throws; where its code cannot be loaded, nothing is kept. */
export function openStore(site: SiteId, base: string, onClosed: () => void): Store {
  return lateStore(
    () =>
      loadPart(base, 'store')
        .then(({ checkedStore }) => checkedStore(site, onClosed))
        .catch(() => undefined),
    exists(site).catch(() => false),
  );
}
