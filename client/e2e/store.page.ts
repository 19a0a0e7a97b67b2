import type { SiteId } from '../../shared/contract/id.ts';
import { indexedStore } from '../store/indexed.ts';
import { storeCases } from '../store/store.case.ts';

/** Runs the cases of a store on IndexedDB, inside a browser: name -> what went wrong, if anything. */
export async function runCases(): Promise<Record<string, string>> {
  const results: Record<string, string> = {};
  for (const [index, [name, run]] of Object.entries(storeCases).entries()) {
    const store = await indexedStore(`case-${index}` as SiteId, () => {});
    results[name] = await run(store).then(
      () => 'ok',
      (error: Error) => error.message,
    );
    store.close();
  }
  return results;
}

/** What a second connection finds of what the first one wrote. */
export async function reopened(): Promise<readonly string[]> {
  const site = 'reopened' as SiteId;
  const first = await indexedStore(site, () => {});
  await first.addHistory({ type: 'click', tMs: 1, item: { id: 'a' as never, categories: [] } });
  first.close();
  const second = await indexedStore(site, () => {});
  return (await second.history()).map(({ item }) => item.id);
}

/** Whether deleting the database from elsewhere closes the store instead of waiting for it. */
export function closedByDeletion(): Promise<boolean> {
  return new Promise((resolve) => {
    let closed = false;
    void indexedStore('deleted' as SiteId, () => {
      closed = true;
    }).then(() => {
      indexedDB.deleteDatabase('vitrine:deleted').onsuccess = () => resolve(closed);
    });
  });
}
