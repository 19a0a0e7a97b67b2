import type { Pack } from '../shared/contract/pack.ts';
import { type Act, watchActs } from './observe/act.ts';
import { ViewableWatch } from './observe/viewable.ts';
import { arrange } from './render/arrange.ts';
import { fieldsOf } from './render/fields.ts';
import { boxAttribute, View } from './render/view.ts';
import { type ShownSlate, slateDetail } from './slate.ts';

/** Takes what happens to a placement's items, an impression included. `index`: of the candidate in the slate that is shown. */
export type ActListener = (placement: Placement, index: number, act: Act) => void;

/** One rail on the page: the slate it shows, which positions have been seen, and what its visitor does. */
export class Placement {
  readonly rail: HTMLElement;
  slate: ShownSlate | undefined;
  /** Counts requests to the edge, so that the answer to an older one is not shown. */
  turn = 0;
  /** Candidates that wait for their device order before they replace those on screen. */
  renewal: Pack | undefined;
  /** Counts reranks likewise. */
  round = 0;
  readonly #view: View;
  readonly #watch: ViewableWatch;
  /** Positions whose present item was viewable. */
  readonly #seen = new Set<number>();

  constructor(rail: HTMLElement, report: ActListener) {
    this.rail = rail;
    const happened = (act: Act) => {
      const index = this.slate?.places[act.position] ?? -1;
      if (index >= 0) report(this, index, act);
    };
    this.#view = new View(rail);
    this.#watch = new ViewableWatch((box) => {
      const position = Number(box.getAttribute(boxAttribute));
      this.#seen.add(position);
      happened({ type: 'impression', position });
    });
    watchActs(rail, happened);
  }

  /**
   * Shows a slate and tells the page. With `keepSeen`, positions that the visitor has seen, points at or has focused stay as they are.
   */
  show(slate: ShownSlate, keepSeen: boolean): void {
    const started = performance.now();
    const before = this.slate?.pack === slate.pack ? this.slate.places : [];
    const places = before.length
      ? arrange(before.length, slate.places, keepSeen ? this.#frozen(before) : new Map())
      : slate.places.slice(0, slate.pack.count);
    const isNew = this.#view.open(places.length);
    for (const [position, index] of places.entries()) {
      if (index === before[position] && !isNew) continue;
      const item = slate.pack.items[index];
      this.#view.fill(position, item && fieldsOf(item, position, this.rail.getAttribute('item-url')));
      this.#seen.delete(position);
      this.#watch.restart(this.#view.boxes[position] as Element);
    }
    if (isNew) {
      this.#view.mount();
      this.#watch.replace(this.#view.boxes);
    }
    this.slate = { ...slate, places, timing: { ...slate.timing, render: performance.now() - started } };
    this.rail.dispatchEvent(new CustomEvent('vitrine:slate', { bubbles: true, detail: slateDetail(this.slate) }));
  }

  /** Whether the rerank of that round is still wanted: nothing newer was asked, and its pack is on screen or next. */
  awaits(pack: Pack, round: number): boolean {
    return this.round === round && (this.slate?.pack === pack || this.renewal === pack);
  }

  /** Back to the children that the page came with. */
  restore(): void {
    this.slate = undefined;
    this.#seen.clear();
    this.#watch.clear();
    this.#view.restore();
  }

  #frozen(places: readonly number[]): Map<number, number> {
    const frozen = new Map<number, number>();
    for (const [position, box] of this.#view.boxes.entries()) {
      const index = places[position] ?? -1;
      const inUse = this.#seen.has(position) || box.matches(':hover') || box.contains(document.activeElement);
      if (index >= 0 && inUse) frozen.set(position, index);
    }
    return frozen;
  }
}
