import { ndcgAt } from '../evaluate/metric.ts';
import type { RankingRows } from './rows.ts';

/**
 * NDCG@k of each list [lists], rows in descending order of their scores, relevance binary (label above 0). Ties count against: the chosen come first in a
 * list of rows, and must not gain by it.
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

export const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
