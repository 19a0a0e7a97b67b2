import type { SimilarTable } from '../../shared/retrieval/similar.ts';
import { top } from '../../shared/retrieval/top.ts';
import type { FittedModel, History } from './model.ts';
import { tableOf } from './row-sums.ts';

const mostScores = 2 ** 22;

/**
 * The item-to-item table of a model that is none: the neighbours of an item are what a visitor would get who met this item alone, at `nowMs`. Scores that
 * are not above 0 are left out. @param known items that the model knows, ascending; the others have no neighbours.
 */
export function neighboursByScores(
  score: FittedModel['score'],
  { items, known, longest, nowMs }: { items: number; known: Int32Array; longest: number; nowMs: number },
): SimilarTable {
  const batch = Math.max(1, Math.min(64, Math.floor(mostScores / Math.max(1, items))));
  const scores = new Float32Array(batch * items);
  const all = Uint32Array.from({ length: items }, (_, i) => i);
  let from = -batch;
  let at = 0;
  return tableOf(items, longest, (i, row) => {
    if (known[at] !== i) return;
    if (at >= from + batch) {
      from = at;
      const asked = Array.from(known.subarray(from, from + batch), (item) => historyOfOne(item, nowMs));
      score(asked, scores.subarray(0, asked.length * items));
    }
    const own = scores.subarray((at - from) * items, (at - from + 1) * items);
    for (let j = 0; j < items; j++) if (!((own[j] as number) > 0)) own[j] = Number.NaN;
    own[i] = Number.NaN;
    const best = top(all, own, items, longest);
    for (const [e, j] of best.ordinals.entries()) row.add(j, best.scores[e] as number);
    at++;
  });
}

const historyOfOne = (item: number, nowMs: number): History => ({
  user: -1,
  items: Int32Array.of(item),
  tMs: Float64Array.of(nowMs),
  nowMs,
});
