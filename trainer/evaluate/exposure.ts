import type { Item } from '../../shared/contract/item.ts';

/** What a system shows, whatever of it was wanted: how much of the catalogue, how evenly, how well known, how varied. */

/**
 * Gini coefficient of how often each item was shown: 0 when all were shown alike, near 1 when one had everything; 0 when nothing was shown.
 * @param shown number of times, of the items that were shown at all.
 * @param catalogue number of items that could have been.
 */
export function gini(shown: Iterable<number>, catalogue: number): number {
  const counts = [...shown].sort((a, b) => a - b);
  const never = catalogue - counts.length;
  let weighted = 0;
  let sum = 0;
  for (const [i, count] of counts.entries()) {
    weighted += (2 * (never + i + 1) - catalogue - 1) * count;
    sum += count;
  }
  return sum === 0 ? 0 : weighted / (catalogue * sum);
}

/**
 * Mean self-information of the items of a slate, -log2 of an item's share of the interactions (Vargas and Castells 2011): high when what is shown is
 * little known. An item without interactions counts as one with a single one. NaN of an empty slate.
 * @param counts interactions by ordinal. @param total their sum.
 */
export function novelty(slate: readonly number[], counts: ArrayLike<number>, total: number): number {
  return (
    slate.reduce((sum, ordinal) => sum - Math.log2(Math.max(1, counts[ordinal] as number) / Math.max(1, total)), 0) / slate.length
  );
}

/**
 * Intra-list diversity (Ziegler et al. 2005): mean distance of two items of a slate, 1 - the overlap (Jaccard) of their categories. NaN for fewer than
 * two items; items without categories are left out.
 */
export function diversity(slate: readonly number[], items: readonly Item[]): number {
  const sets = slate.map((ordinal) => new Set(items[ordinal]?.categories)).filter((categories) => categories.size > 0);
  let sum = 0;
  let pairs = 0;
  for (const [i, a] of sets.entries()) {
    for (const b of sets.slice(i + 1)) {
      const both = [...a].filter((category) => b.has(category)).length;
      sum += 1 - both / (a.size + b.size - both);
      pairs++;
    }
  }
  return sum / pairs;
}
