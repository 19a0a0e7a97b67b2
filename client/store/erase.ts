import type { SiteId } from '../../shared/contract/id.ts';
import { storeName } from './name.ts';

/** Milliseconds after which a deletion that another tab blocks is left to the browser, which does it when that tab closes its connection. */
const eraseMs = 1000;

/** Deletes a site's database and cache, with or without a worker. Never rejects. */
export async function erase(site: SiteId): Promise<void> {
  try {
    await new Promise<void>((resolve) => {
      const request = indexedDB.deleteDatabase(storeName(site));
      request.onsuccess = request.onerror = () => resolve();
      setTimeout(resolve, eraseMs);
    });
  } catch {
    // Refused storage holds nothing.
  }
  await globalThis.caches?.delete(storeName(site)).catch(() => false);
}
