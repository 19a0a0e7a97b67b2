import { limit } from '../../shared/contract/limit.ts';

/** Calls back for a box that was at least limit.viewableShare in view for limit.viewableMs without a break (IAB/MRC, display). */
export class ViewableWatch {
  readonly #observer: IntersectionObserver;
  readonly #report: (box: Element) => void;
  /** Of the boxes in view, what ends their second; 0 while the tab is hidden. */
  readonly #timers = new Map<Element, number>();
  readonly #visibility = () => {
    for (const box of this.#timers.keys()) this.restart(box);
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
    if (!this.#timers.has(box)) return;
    clearTimeout(this.#timers.get(box));
    const isHidden = document.visibilityState === 'hidden';
    this.#timers.set(box, isHidden ? 0 : window.setTimeout(() => this.#report(box), limit.viewableMs));
  }

  /** Forgets every box. */
  clear(): void {
    this.#observer.disconnect();
    document.removeEventListener('visibilitychange', this.#visibility);
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #observe(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting, intersectionRatio } of entries) {
      const inView = isIntersecting && intersectionRatio >= limit.viewableShare;
      if (inView === this.#timers.has(target)) continue;
      if (inView) {
        this.#timers.set(target, 0);
        this.restart(target);
      } else {
        clearTimeout(this.#timers.get(target));
        this.#timers.delete(target);
      }
    }
  }
}
