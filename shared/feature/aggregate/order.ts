import type { AggregateState } from './kind.ts';

/** Whether an event comes after another in the order (tMs, id). Of two that are equal in both, the later arrival is `a`: it comes after. */
export const isAfter = (aMs: number, aId: string, bMs: number, bId: string): boolean => aMs > bMs || (aMs === bMs && aId >= bId);

const width = 4;

/** Keeps the `last` newest entries [tMs, id, a, b], ascending. An event without an operand takes its place with b = 0. */
export function keepNewest(
  { cells }: AggregateState,
  { tMs, id = '' }: { readonly tMs: number; readonly id?: string },
  [a, b]: readonly [number, number],
  last: number,
): void {
  let at = cells.length;
  while (at > 0 && !isAfter(tMs, id, cells[at - width] as number, cells[at - width + 1] as string)) at -= width;
  cells.splice(at, 0, tMs, id, a, b);
  if (cells.length > last * width) cells.splice(0, width);
}

/** Calls `visit` with time, a and b of each entry, newest first. */
export function eachNewest({ cells }: Readonly<AggregateState>, visit: (tMs: number, a: number, b: number) => void): void {
  for (let at = cells.length - width; at >= 0; at -= width)
    visit(cells[at] as number, cells[at + 2] as number, cells[at + 3] as number);
}
