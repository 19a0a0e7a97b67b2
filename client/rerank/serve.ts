import { expose } from 'comlink';
import type { RerankWorker } from './protocol.ts';

/** The worker's end of the thread: from now on the page can call it. */
export function serve(worker: RerankWorker): void {
  expose(worker);
}
