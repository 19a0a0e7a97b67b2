import type { SiteId } from '../../shared/contract/id.ts';
import { type Pack, packDigestText, type SlateClaim } from '../../shared/contract/pack.ts';
import { digest } from '../rerank/artifact.ts';
import { indexedStore } from './indexed.ts';
import type { Store } from './store.ts';

/** Whether a pack is what the edge signed: its digest is in its token. */
async function isIntact(pack: Pack): Promise<boolean> {
  const payload = (pack.token.split('.')[2] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  const claim = JSON.parse(atob(payload)) as SlateClaim;
  return (await digest(packDigestText(pack))) === claim.digest;
}

/** IndexedDB, which gives back a pack only as it came from the edge. */
export async function checkedStore(site: SiteId, onClosed: () => void): Promise<Store> {
  const store = await indexedStore(site, onClosed);
  return {
    ...store,
    async lastPack(key) {
      const pack = await store.lastPack(key);
      return pack && (await isIntact(pack)) ? pack : undefined;
    },
  };
}
