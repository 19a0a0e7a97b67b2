import type { SiteId } from '../../shared/contract/id.ts';
import { type Pack, packDigestText, type SlateClaim } from '../../shared/contract/pack.ts';
import { withDeadline } from '../deadline.ts';
import { digest } from '../rerank/artifact.ts';
import { indexedStore } from './indexed.ts';
import { memoryStore } from './memory.ts';
import type { Store } from './store.ts';

/** Whether a pack is what the edge signed: its digest is in its token. */
async function isIntact(pack: Pack): Promise<boolean> {
  const payload = (pack.token.split('.')[2] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  const claim = JSON.parse(atob(payload)) as SlateClaim;
  return (await digest(packDigestText(pack))) === claim.digest;
}

/** IndexedDB may be refused, broken, or blocked by another tab without a word. */
const openMs = 1000;

/** IndexedDB, which gives back a pack only as it came from the edge. Memory where it is not there in time. */
export async function checkedStore(site: SiteId, onClosed: () => void): Promise<Store> {
  let isLate = false;
  const opening = indexedStore(site, () => isLate || onClosed());
  const store = await withDeadline(opening, openMs).catch(() => {
    isLate = true;
    // Nobody uses it any more, and open it would block others.
    opening.then(
      (late) => late.close(),
      () => {},
    );
    return memoryStore();
  });
  return {
    ...store,
    keepPack: (key, pack) => store.keepPack(key, { ...pack, ...pack.private?.signed }),
    async lastPack(key) {
      const pack = await store.lastPack(key);
      return pack && (await isIntact(pack)) ? pack : undefined;
    },
  };
}
