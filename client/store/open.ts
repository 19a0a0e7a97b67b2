import type { SiteId } from '../../shared/contract/id.ts';
import { loadPart } from '../part.ts';
import { lateStore } from './late.ts';
import { memoryStore } from './memory.ts';
import { storeName } from './name.ts';
import type { Store } from './store.ts';

/** Whether the site has a database here; true where a browser does not tell. */
async function exists(site: SiteId): Promise<boolean> {
  const all = await indexedDB.databases?.();
  return !all || all.some(({ name }) => name === storeName(site));
}

/** IndexedDB where it works, else memory. `base`: folder of the client's parts. Never throws. */
export function openStore(site: SiteId, base: string, onClosed: () => void): Store {
  const open = async () => {
    try {
      const { checkedStore } = await loadPart(base, 'store');
      return await checkedStore(site, onClosed);
    } catch {
      return memoryStore();
    }
  };
  return lateStore(
    open,
    exists(site).catch(() => false),
  );
}
