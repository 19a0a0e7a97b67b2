import { limit } from '../../shared/contract/limit.ts';
import { get } from '../get.ts';
import type { Settings } from '../settings.ts';

/** Address of a script for `new Worker`; under Trusted Types it needs a policy, which the page must list as "vitrine". */
function scriptUrl(url: string): string {
  const types = (
    globalThis as { trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } } }
  ).trustedTypes;
  policy ??= types?.createPolicy('vitrine', { createScriptURL: (text: string) => text });
  return policy?.createScriptURL(url) ?? url;
}
let policy: { createScriptURL(url: string): string } | undefined;

const moduleWorker = (address: string): Worker => new Worker(scriptUrl(address), { type: 'module' });

/** A worker from code fetched with CORS: allowed in more places than any address of another origin. */
async function blobWorker(url: string): Promise<Worker> {
  const code = await (await get(url, limit.workerReadyMs)).text();
  const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  try {
    return moduleWorker(address);
  } finally {
    // The worker has its own reference to the address once construction began; a minute is generous for its fetch.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }
}

/**
 * Ways to start this very file as the Web Worker, in the order to try them. Which of them a page's policy allows cannot be asked, only tried: a refused
 * worker fires `error` later, one that hangs says nothing.
 */
export function waysToStart(settings: Settings): readonly (() => Promise<Worker>)[] {
  const { url } = import.meta;
  const own = (address: string) => async () => moduleWorker(address);
  return [
    ...(settings.worker ? [own(new URL(settings.worker, document.baseURI).href)] : []),
    ...(new URL(url).origin === location.origin ? [own(url)] : []),
    () => blobWorker(url),
  ];
}
