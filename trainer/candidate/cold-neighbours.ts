import type { Retrieved } from '../../shared/retrieval/retrieved.ts';
import { type SimilarTable, similarTable } from '../../shared/retrieval/similar.ts';
import type { ContentLists } from './content.ts';
import type { Interactions } from './interactions.ts';

/** Items with fewer interactions are cold: what is learnt of them is mostly chance. */
export const coldBelow = 5;
/** A list of so many is long enough for a rail; an item joins as many lists. */
export const enough = 20;
/** Share of a list that cold items may take of what is learnt. */
const share = 0.1;
/** Of the least that is learnt: what is said of items stands behind what visitors did. */
const behind = 0.5;

/**
 * Item-to-item lists in which new items have neighbours and are one: lists of fewer than 20 are filled with items alike by content, and every cold item
 * joins the lists of the 20 items that it is most alike, at most a tenth of each. What is added stands behind what is learnt, with lower scores; the lists
 * are no longer than `longest`.
 */
export function withColdItems(learnt: SimilarTable, log: Interactions, alike: ContentLists, longest: number): SimilarTable {
  const { n, scores } = learnt;
  const counts = new Int32Array(n);
  for (const item of log.item) counts[item] = (counts[item] as number) + 1;
  const isCold = (i: number) => (counts[i] as number) < coldBelow;
  const most = Math.min(enough, longest);
  const joining = joiningLists(alike, [...counts.keys()].filter(isCold), Math.floor(share * longest));
  let least = Number.POSITIVE_INFINITY;
  for (const score of scores) least = Math.min(least, score);
  return similarTable(n, (i) => {
    const own = rowOf(learnt, i);
    const joined = joining.get(i) ?? [];
    const kept = Math.min(own.ordinals.length, longest - joined.length);
    const known = new Set([i, ...own.ordinals.subarray(0, kept)]);
    const added = joined.filter(([item]) => !known.has(item));
    for (const [item] of added) known.add(item);
    if (kept + added.length < most) {
      const { ordinals, scores } = alike.of(i);
      for (const [at, item] of ordinals.entries())
        if (kept + added.length < most && !known.has(item)) added.push([item, scores[at] as number]);
    }
    added.sort(([a, x], [b, y]) => y - x || a - b);
    const floor = behind * (kept > 0 ? (own.scores[kept - 1] as number) : Number.isFinite(least) ? least : 1);
    return {
      ordinals: Uint32Array.from([...own.ordinals.subarray(0, kept), ...added.map(([item]) => item)]),
      scores: Float32Array.from([...own.scores.subarray(0, kept), ...added.map(([, score]) => floor * score)]),
    };
  });
}

/** Cold items by the item whose list they join, with their likeness: the `most` most alike of each list. */
function joiningLists(alike: ContentLists, cold: readonly number[], most: number): Map<number, [item: number, score: number][]> {
  const lists = new Map<number, [number, number][]>();
  for (const own of cold) {
    const { ordinals, scores } = alike.of(own);
    for (const [at, item] of ordinals.subarray(0, enough).entries()) {
      const list = lists.get(item) ?? [];
      list.push([own, scores[at] as number]);
      lists.set(item, list);
    }
  }
  for (const [item, list] of lists) lists.set(item, list.sort(([a, x], [b, y]) => y - x || a - b).slice(0, most));
  return lists;
}

const rowOf = ({ offsets, ordinals, scores }: SimilarTable, i: number): Retrieved => ({
  ordinals: ordinals.subarray(offsets[i], offsets[i + 1]),
  scores: scores.subarray(offsets[i], offsets[i + 1]),
});
