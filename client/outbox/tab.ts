import type { SiteId } from '../../shared/contract/id.ts';
import { uuid4 } from './uuid.ts';

/**
 * Of any event one tab alone is the sender. Which tabs live is told by Web Locks: each holds a lock under its own name while it has something
 * to send, and the browser ends it with the tab, whatever ended that. A tab without anything to send holds none, so that it can be
 * frozen and kept for going back. Without Web Locks (an insecure origin, an old browser) nobody can tell.
 */
export class Tab {
  readonly id = uuid4();
  readonly #prefix: string;
  readonly #locks: LockManager | undefined;
  #held: { readonly granted: Promise<void>; readonly end: () => void } | undefined;

  constructor(site: SiteId) {
    this.#prefix = `vitrine:${site}:`;
    this.#locks = navigator.locks;
  }

  /** Says that what this tab keeps is its own; resolves when all others can see that. */
  hold(): Promise<void> {
    if (!this.#held) {
      let end = () => {};
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      const granted = new Promise<void>((resolve) => {
        const request = this.#locks?.request(this.#prefix + this.id, { mode: 'shared' }, () => {
          resolve();
          return ended;
        });
        // None, or refused.
        if (request) request.catch(resolve);
        else resolve();
      });
      this.#held = { granted, end };
    }
    return this.#held.granted;
  }

  release(): void {
    this.#held?.end();
    this.#held = undefined;
  }

  /** Runs something in one tab at a time. */
  async alone(run: () => Promise<void>): Promise<void> {
    await (this.#locks ? this.#locks.request(this.#prefix, run) : run());
  }

  /** Ids of tabs that have something to send; undefined where nobody can tell. */
  async alive(): Promise<readonly string[] | undefined> {
    const { held } = (await this.#locks?.query()) ?? {};
    return held?.map(({ name = '' }) => name.slice(this.#prefix.length));
  }
}
