import { gradedNdcg } from '../../evaluate/graded.ts';
import type { RankingFile } from './libsvm.ts';

export const cutoffs = [1, 3, 5, 10] as const;
export type NdcgFigures = Record<`ndcg${(typeof cutoffs)[number]}`, number>;

/** What a query without a relevant document counts as: left out, LightGBM's 1, or 0. */
export const emptyTreatments = ['left-out', 'one', 'zero'] as const;
export type EmptyTreatment = (typeof emptyTreatments)[number];

/** Mean NDCG over the queries, gain 2^grade - 1. NaN when no query counts. */
export function ndcgOf(scores: Float64Array, { labels, offsets }: RankingFile, empty: EmptyTreatment): NdcgFigures {
  const means = cutoffs.map((k) => {
    let sum = 0;
    let counted = 0;
    for (let q = 0; q + 1 < offsets.length; q++) {
      const range = [offsets[q] as number, offsets[q + 1] as number] as const;
      const ndcg = gradedNdcg(scores.subarray(...range), labels.subarray(...range), k);
      if (Number.isNaN(ndcg) && empty === 'left-out') continue;
      sum += Number.isNaN(ndcg) ? Number(empty === 'one') : ndcg;
      counted++;
    }
    return [`ndcg${k}`, sum / counted] as const;
  });
  return Object.fromEntries(means) as NdcgFigures;
}

/** How many queries have no relevant document. */
export function emptyQueries({ labels, offsets }: RankingFile): number {
  let count = 0;
  for (let q = 0; q + 1 < offsets.length; q++) {
    if (labels.subarray(offsets[q], offsets[q + 1]).every((label) => label === 0)) count++;
  }
  return count;
}
