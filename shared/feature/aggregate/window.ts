import type { Accumulator, Aggregate, AggregateState } from './kind.ts';
import { eachNewest, keepNewest } from './order.ts';
import { type InSeconds, type Windowed, windowBuckets } from './spec.ts';

/** Bucket of a time in a window of so many seconds; a bucket is windowSeconds * 1000 / windowBuckets ms. */
const bucketOf = (tMs: number, windowSeconds: number): number => Math.floor(tMs / ((windowSeconds * 1000) / windowBuckets));

/** Whether a time is inside the window as of `nowMs`; without a window every time is. */
export const isInside = (tMs: number, nowMs: number, windowSeconds: number | undefined): boolean =>
  windowSeconds === undefined || bucketOf(tMs, windowSeconds) > bucketOf(nowMs, windowSeconds) - windowBuckets;

const width = 3;

/** Index of the cells [bucket, a, b] of this bucket, made where they are missing. Buckets ascend; those that no window can see any more leave. */
function cellsOf(cells: AggregateState['cells'], bucket: number): number {
  let at = cells.length;
  while (at > 0 && (cells[at - width] as number) > bucket) at -= width;
  if (at > 0 && cells[at - width] === bucket) return at - width;
  cells.splice(at, 0, bucket, 0, 0);
  const oldest = (cells[cells.length - width] as number) - windowBuckets;
  let gone = 0;
  while ((cells[gone] as number) <= oldest) gone += width;
  cells.splice(0, gone);
  return at - gone;
}

/**
 * An accumulator over all events, the last k, or a window in seconds. State: [a, b], [tMs, id, a, b] per event kept, or [bucket, a, b] per bucket
 * with events.
 */
export function windowed<Spec extends InSeconds | Windowed>({ add, combine, value }: Accumulator<Spec>): Aggregate<Spec> {
  const joined = (a: number, b: number, otherA: number, otherB: number) =>
    combine && b > 0 && otherB > 0 ? combine(a, otherA) : a + otherA;
  const addAt = (cells: AggregateState['cells'], at: number, [a, b]: readonly [number, number]) => {
    const sum = cells[at + 1] as number;
    cells[at] = joined(cells[at] as number, sum, a, b);
    cells[at + 1] = sum + b;
  };
  return {
    update(feature, state, event) {
      const { last, windowSeconds }: Windowed = feature.aggregate;
      const { cells } = state;
      const parts = add(feature, event);
      if (last !== undefined) keepNewest(state, event, parts ?? [0, 0], last);
      else if (parts && windowSeconds !== undefined) {
        const at = cellsOf(cells, bucketOf(event.tMs, windowSeconds));
        // A late event may be too old for every later reading.
        if (at >= 0) addAt(cells, at + 1, parts);
      } else if (parts) {
        if (cells.length === 0) cells.push(0, 0);
        addAt(cells, 0, parts);
      }
    },
    value({ aggregate }, state, nowMs) {
      const { last, windowSeconds }: Windowed = aggregate;
      const { cells } = state;
      let a = 0;
      let b = 0;
      const take = (otherA: number, otherB: number) => {
        a = joined(a, b, otherA, otherB);
        b += otherB;
      };
      if (last !== undefined)
        eachNewest(state, (tMs, entryA, entryB) => {
          if (isInside(tMs, nowMs, windowSeconds)) take(entryA, entryB);
        });
      else if (windowSeconds !== undefined) {
        const oldest = bucketOf(nowMs, windowSeconds) - windowBuckets;
        for (let at = 0; at < cells.length; at += width)
          if ((cells[at] as number) > oldest) take(cells[at + 1] as number, cells[at + 2] as number);
      } else if (cells.length > 0) take(cells[0] as number, cells[1] as number);
      return value(aggregate, a, b);
    },
  };
}
