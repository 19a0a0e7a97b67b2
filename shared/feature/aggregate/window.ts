import type { Accumulator, Aggregate, Cell } from './kind.ts';
import { entryWidth, keepNewest, placeOf } from './order.ts';
import { type InSeconds, type Windowed, windowBuckets } from './spec.ts';

/** Without a window there is one bucket, for ever. */
const bucketMs = (windowSeconds = Number.POSITIVE_INFINITY): number => (windowSeconds * 1000) / windowBuckets;

/** Whether a time is inside the window as of `nowMs`; without a window every time is. */
export function isInside(tMs: number, nowMs: number, windowSeconds: number | undefined): boolean {
  const ms = bucketMs(windowSeconds);
  return Math.floor(tMs / ms) > Math.floor(nowMs / ms) - windowBuckets;
}

/**
 * An accumulator over all events, the last k, or a window in seconds. State: entries [tMs, id, a, b], ascending: one per event that is kept, or one per
 * bucket with events, whose time is its begin and whose id is empty.
 */
export function windowed<Spec extends InSeconds | Windowed>({ add, combine, value }: Accumulator<Spec>): Aggregate<Spec> {
  const joined = (a: number, b: number, otherA: number, otherB: number) =>
    combine && b > 0 && otherB > 0 ? combine(a, otherA) : a + otherA;
  const addTo = (cells: Cell[], startMs: number, windowSeconds: number | undefined, [a, b]: readonly [number, number]) => {
    const at = placeOf(cells, startMs);
    if (cells[at - entryWidth] === startMs) {
      const sum = cells[at - 1] as number;
      cells[at - 2] = joined(cells[at - 2] as number, sum, a, b);
      cells[at - 1] = sum + b;
      return;
    }
    cells.splice(at, 0, startMs, '', a, b);
    // What no later reading can see leaves; a late event may be among it.
    while (!isInside(cells[0] as number, cells[cells.length - entryWidth] as number, windowSeconds)) cells.splice(0, entryWidth);
  };
  return {
    update(feature, { cells }, event) {
      const { last, windowSeconds }: Windowed = feature.aggregate;
      const parts = add(feature, event);
      const ms = bucketMs(windowSeconds);
      if (last) keepNewest(cells, event, parts, last);
      // 0 * Infinity is NaN: the bucket of all events begins at 0.
      else if (parts) addTo(cells, Math.floor(event.tMs / ms) * ms || 0, windowSeconds, parts);
    },
    value({ aggregate }, { cells }, nowMs) {
      let a = 0;
      let b = 0;
      for (let at = 0; at < cells.length; at += entryWidth) {
        if (!isInside(cells[at] as number, nowMs, aggregate.windowSeconds)) continue;
        const entryB = cells[at + 3] as number;
        a = joined(a, b, cells[at + 2] as number, entryB);
        b += entryB;
      }
      return value(aggregate, a, b);
    },
  };
}
