import { ndcgAt } from '../evaluate/metric.ts';
import type { RankingRows } from './rows.ts';

/**
 * NDCG@k of each list [lists], rows in descending order of their scores, relevance binary (label above 0). Ties count against: the chosen come first in a
 * list of rows, and must not gain by it. NaN for a list without a positive.
 */
export function ndcgOfLists({ lists, offsets, labels }: RankingRows, scores: ArrayLike<number>, k: number): Float64Array {
  const ndcg = new Float64Array(lists);
  for (let q = 0; q < lists; q++) {
    const [start, end] = [offsets[q] as number, offsets[q + 1] as number];
    const chosen = rangeOf(start, end).filter((row) => (labels[row] as number) > 0);
    const others = rangeOf(start, end).filter((row) => !((labels[row] as number) > 0));
    const places = chosen
      .map((row) => scores[row] as number)
      .sort((a, b) => b - a)
      .map((score, before) => before + others.filter((row) => (scores[row] as number) >= score).length);
    ndcg[q] = ndcgAt({ places, relevant: chosen.length }, k);
  }
  return ndcg;
}

const rangeOf = (start: number, end: number): number[] => Array.from({ length: end - start }, (_, i) => start + i);

/** Mean of what is not NaN; 0 of nothing. @param weights of the values; without them all count the same. */
export function meanOf(values: Float64Array, weights?: Float64Array): number {
  let [sum, total] = [0, 0];
  for (const [i, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    const weight = weights ? (weights[i] as number) : 1;
    sum += weight * value;
    total += weight;
  }
  return total === 0 ? 0 : sum / total;
}

/** How much each list [lists] counts: as its weightiest positive. */
export function listWeights({ lists, offsets, labels, weights }: RankingRows): Float64Array {
  const most = new Float64Array(lists);
  for (let q = 0; q < lists; q++)
    for (let row = offsets[q] as number; row < (offsets[q + 1] as number); row++)
      if ((labels[row] as number) > 0) most[q] = Math.max(most[q] as number, weights ? (weights[row] as number) : 1);
  return most;
}
