import { wrap } from 'comlink';
import { limit } from '../../shared/contract/limit.ts';
import { withDeadline } from '../deadline.ts';
import type { Settings } from '../settings.ts';
import type { RerankWorker } from './protocol.ts';
import { waysToStart } from './start.ts';

/** A worker that does not answer this for so long is taken for dead and ended. */
const heartbeatMs = 2000;

/**
 * The page's end of the Web Worker. The worker may be refused by a policy, throw, close itself or spin, and the page would hear
 * nothing of it: so it counts as there only after a handshake, and every call has a deadline.
 */
export class Connection {
  readonly #settings: Settings;
  #consent: boolean;
  #worker: Worker | undefined;
  // comlink drops calls whose proxy was collected: this reference keeps it.
  #remote: Promise<RerankWorker>;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#consent = settings.consent === 'granted';
    this.#remote = this.#start();
    this.#remote.catch(() => {});
  }

  /** @throws when there is no worker, it fails, or it does not answer within `ms` */
  async call<T>(ms: number, work: (worker: RerankWorker) => Promise<T>): Promise<T> {
    try {
      return await withDeadline(this.#remote.then(work), ms);
    } catch (error) {
      if ((error as Error).name === 'DeadlineExceeded') this.#listen();
      throw error;
    }
  }

  /** For the handshake of a worker that is still starting. */
  set consent(granted: boolean) {
    this.#consent = granted;
  }

  async #start(): Promise<RerankWorker> {
    let reason: unknown;
    for (const way of waysToStart(this.#settings)) {
      let worker: Worker | undefined;
      try {
        worker = await withDeadline(way(), limit.workerReadyMs);
        // Every method returns a promise already, so the proxy has the very type of the worker.
        const remote = wrap<RerankWorker>(worker) as unknown as RerankWorker;
        await withDeadline(this.#handshake(worker, remote), limit.workerReadyMs);
        this.#worker = worker;
        return remote;
      } catch (error) {
        reason = error;
        worker?.terminate();
      }
    }
    throw reason;
  }

  #handshake(worker: Worker, remote: RerankWorker): Promise<unknown> {
    const { site, edge, base } = this.#settings;
    const refused = new Promise<never>((_, reject) => {
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error());
      };
    });
    return Promise.race([remote.open({ site, edge, base, consent: this.#consent }), refused]);
  }

  /** After a late answer: is anyone there? A model that loads slowly answers this, a spinning worker does not. */
  #listen(): void {
    const worker = this.#worker;
    if (!worker) return;
    withDeadline(
      this.#remote.then((remote) => remote.ping()),
      heartbeatMs,
    ).catch(() => {
      worker.terminate();
      this.#worker = undefined;
      this.#remote = Promise.reject(new Error());
      this.#remote.catch(() => {});
    });
  }
}
