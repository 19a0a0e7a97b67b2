import type { Ordinal } from '../../shared/contract/id.ts';
import type { Item } from '../../shared/contract/item.ts';

/** What is known where the truth is: how much each item is wished for, and how likely a place is looked at. */
export interface Wishes {
  /** P(click | looked at) by ordinal. */
  readonly wishes: Float64Array;
  /** P(looked at | place); places beyond are not. */
  readonly examination: readonly number[];
}

/** Clicks that a slate is expected to get under the position-based model. */
export function expectedClicks(slate: readonly Ordinal[], { wishes, examination }: Wishes): number {
  return slate.reduce((sum, ordinal, place) => sum + (examination[place] ?? 0) * (wishes[ordinal] as number), 0);
}

/**
 * Share of the clicks of the ideal slate that a slate misses, 0 to 1: the ideal one has the `k` items that are wished for most, of all that are there at `nowMs` and not
 * hidden. NaN where nothing is wished for.
 */
export function createRegret(
  known: Wishes,
  {
    items,
    nowMs,
    k,
    hidden,
  }: { readonly items: readonly Item[]; readonly nowMs: number; readonly k: number; readonly hidden: ReadonlySet<Ordinal> },
): (slate: readonly Ordinal[]) => number {
  const isThere = ({ publishedAtMs, available }: Item) => available !== false && (publishedAtMs ?? nowMs) <= nowMs;
  const best = Array.from(items.keys())
    .filter((ordinal) => isThere(items[ordinal] as Item) && !hidden.has(ordinal))
    .sort((a, b) => (known.wishes[b] as number) - (known.wishes[a] as number))
    .slice(0, k);
  const ideal = expectedClicks(best, known);
  return (slate) => (ideal > 0 ? 1 - expectedClicks(slate.slice(0, k), known) / ideal : Number.NaN);
}
