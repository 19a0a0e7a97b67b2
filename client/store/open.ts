import type { SiteId } from '../../shared/contract/id.ts';
import { withDeadline } from '../deadline.ts';
import { indexedStore } from './indexed.ts';
import { memoryStore } from './memory.ts';
import type { Store } from './store.ts';

/** IndexedDB may be refused, broken, or blocked by another tab without a word. */
const openMs = 1000;

/** IndexedDB with consent and where it works, else memory. Never rejects. */
export async function openStore(site: SiteId, consent: boolean, onClosed: () => void): Promise<Store> {
  if (!consent) return memoryStore();
  try {
    return await withDeadline(indexedStore(site, onClosed), openMs);
  } catch {
    return memoryStore();
  }
}
