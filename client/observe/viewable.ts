import { limit } from '../../shared/contract/limit.ts';

/** Calls back for a box that was at least limit.viewableShare in view for limit.viewableMs without a break (IAB/MRC, display). */
export class ViewableWatch {
  readonly #observer: IntersectionObserver;
  readonly #report: (box: Element) => void;
  readonly #inView = new Set<Element>();
  readonly #timers = new Map<Element, number>();
  readonly #visibility = () => {
    for (const box of this.#inView) this.restart(box);
  };

  constructor(report: (box: Element) => void) {
    this.#report = report;
    this.#observer = new IntersectionObserver((entries) => this.#observe(entries), { threshold: limit.viewableShare });
  }

  /** Watches these boxes and no others. */
  replace(boxes: readonly Element[]): void {
    this.clear();
    document.addEventListener('visibilitychange', this.#visibility);
    for (const box of boxes) this.#observer.observe(box);
  }

  /** Starts the second anew: the box shows something else now, or the tab was hidden. */
  restart(box: Element): void {
    clearTimeout(this.#timers.get(box));
    this.#timers.delete(box);
    if (!this.#inView.has(box) || document.visibilityState === 'hidden') return;
    this.#timers.set(
      box,
      window.setTimeout(() => this.#report(box), limit.viewableMs),
    );
  }

  /** Forgets every box. */
  clear(): void {
    this.#observer.disconnect();
    document.removeEventListener('visibilitychange', this.#visibility);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#inView.clear();
  }

  #observe(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting, intersectionRatio } of entries) {
      const inView = isIntersecting && intersectionRatio >= limit.viewableShare;
      if (inView === this.#inView.has(target)) continue;
      if (inView) this.#inView.add(target);
      else this.#inView.delete(target);
      this.restart(target);
    }
  }
}
