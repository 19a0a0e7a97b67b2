import { gradedNdcg } from '../../evaluate/graded.ts';
import { createRandom } from '../../random.ts';
import type { RankingFile } from './libsvm.ts';

/** Scores [rows] of both models. */
export interface Both {
  readonly trees: Float64Array;
  readonly ridge: Float64Array;
}

const weights = Array.from({ length: 11 }, (_, i) => i / 10);
const watched = 10;
const draws = 100;

/** The mean of both, each with mean 0 and variance 1 in a query: `weight` of ridge. */
export function scoreMix(file: Pick<RankingFile, 'offsets'>, { trees, ridge }: Both, weight: number): Float64Array {
  const [own, other] = [normalised(trees, file), normalised(ridge, file)];
  return own.map((score, i) => (1 - weight) * score + weight * (other[i] as number));
}

/**
 * Weight of the ridge: the mean, over bootstrap samples of the queries, of the one with the greatest NDCG@10. Where one model is clearly better, that is its
 * own; where few queries cannot tell, a weight between. Queries without a relevant document tell nothing.
 */
export function ridgeWeightOn(file: RankingFile, both: Both, seed: number): number {
  const queries = file.offsets.length - 1;
  const ndcg = weights.map((weight) => {
    const scores = scoreMix(file, both, weight);
    return Float64Array.from({ length: queries }, (_, q) => {
      const range = [file.offsets[q] as number, file.offsets[q + 1] as number] as const;
      return gradedNdcg(scores.subarray(...range), file.labels.subarray(...range), watched) || 0;
    });
  });
  const random = createRandom(seed, 'ltr/weight');
  let sum = 0;
  for (let draw = 0; draw < draws; draw++) {
    const drawn = Int32Array.from({ length: queries }, () => random.below(queries));
    const totals = ndcg.map((own) => drawn.reduce((total, q) => total + (own[q] as number), 0));
    sum += weights[totals.indexOf(Math.max(...totals))] as number;
  }
  return Math.round((sum / draws) * 100) / 100;
}

/** Scores of each query with mean 0 and variance 1; equal ones become 0. */
function normalised(scores: Float64Array, { offsets }: Pick<RankingFile, 'offsets'>): Float64Array {
  const out = new Float64Array(scores.length);
  for (let q = 0; q + 1 < offsets.length; q++) {
    const own = scores.subarray(offsets[q], offsets[q + 1]);
    const mean = own.reduce((sum, score) => sum + score, 0) / own.length;
    const deviation = Math.sqrt(own.reduce((sum, score) => sum + (score - mean) ** 2, 0) / own.length);
    const centred = own.map((score) => (deviation > 0 ? (score - mean) / deviation : 0));
    out.set(centred, offsets[q]);
  }
  return out;
}
