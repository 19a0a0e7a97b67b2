/** Shorter looks are not reported. */
const leastMs = 1000;

/** Measures how long an item's own page is in sight, from `start` until the next item, or until the page is hidden or left. */
export class DwellWatch<Item> {
  readonly #report: (item: Item, seconds: number) => void;
  #item: Item | undefined;
  #since = 0;

  constructor(report: (item: Item, seconds: number) => void) {
    this.#report = report;
    // Before the outbox, which sends what it has at the same events: capturing listeners come first.
    addEventListener('pagehide', () => this.#pause(), true);
    document.addEventListener(
      'visibilitychange',
      () => {
        if (document.visibilityState === 'hidden') this.#pause();
        else this.#since = performance.now();
      },
      true,
    );
  }

  start(item: Item): void {
    this.#pause();
    this.#item = item;
    this.#since = performance.now();
  }

  /** Reports the stretch so far; what is looked at later counts as another. */
  #pause(): void {
    const ms = performance.now() - this.#since;
    if (this.#item === undefined || ms < leastMs || this.#since === 0) return;
    this.#since = 0;
    this.#report(this.#item, Math.round(ms) / 1000);
  }
}
