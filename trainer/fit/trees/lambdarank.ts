import { gainOf, gradedNdcg, idealGain, orderOf } from '../../evaluate/graded.ts';
import type { Objective } from './objective.ts';
import type { TreeRows } from './rows.ts';
import type { TreeSettings } from './settings.ts';

/** Early stopping watches NDCG at this place. */
const watched = 10;

/**
 * LambdaMART's gradients (Burges 2010, "From RankNet to LambdaRank to LambdaMART"), as LightGBM has them: pairs of different grades of which one document is
 * among the first `truncation` places weigh the change of NDCG@truncation that swapping them makes; with `normalise` by their difference of scores too, and a
 * query's gradients by log2(1 + sum) / sum. A list without a relevant document, or of one grade, has no gradient.
 */
export function lambdarank(
  { labels, offsets = Int32Array.of(0, labels.length) }: TreeRows,
  { sigma, truncation, normalise }: Pick<TreeSettings, 'sigma' | 'truncation' | 'normalise'>,
): Objective {
  const lists = offsets.length - 1;
  const listOf = (q: number): [number, number] => [offsets[q] as number, offsets[q + 1] as number];
  const inverse = Float64Array.from({ length: lists }, (_, q) => {
    const ideal = idealGain(labels.subarray(...listOf(q)), truncation);
    return ideal > 0 ? 1 / ideal : 0;
  });
  let longest = 0;
  for (let q = 0; q < lists; q++) longest = Math.max(longest, (offsets[q + 1] as number) - (offsets[q] as number));
  const discounts = Float64Array.from({ length: longest }, (_, place) => 1 / Math.log2(place + 2));
  const gains = Float64Array.from({ length: 32 }, (_, grade) => gainOf(grade));
  const order = new Int32Array(longest);
  const sum = { gradient: new Float64Array(longest), hessian: new Float64Array(longest) };

  const addPairs = (scores: Float64Array, grades: Float32Array, scale: number, places: Int32Array): number => {
    const n = grades.length;
    const spread = scores[places[0] as number] !== scores[places[n - 1] as number];
    let total = 0;
    for (let a = 0; a < Math.min(n - 1, truncation); a++) {
      const first = places[a] as number;
      for (let b = a + 1; b < n; b++) {
        const second = places[b] as number;
        const [gradeA, gradeB] = [grades[first] as number, grades[second] as number];
        if (gradeA === gradeB) continue;
        const [better, worse] = gradeA > gradeB ? [first, second] : [second, first];
        const difference = (scores[better] as number) - (scores[worse] as number);
        const gap = Math.abs((gains[gradeA] as number) - (gains[gradeB] as number));
        let weight = gap * ((discounts[a] as number) - (discounts[b] as number)) * scale;
        if (normalise && spread) weight /= 0.01 + Math.abs(difference);
        const wrong = 1 / (1 + Math.exp(sigma * difference));
        const slope = sigma * weight * wrong;
        const curve = sigma * slope * (1 - wrong);
        sum.gradient[better] = (sum.gradient[better] as number) - slope;
        sum.gradient[worse] = (sum.gradient[worse] as number) + slope;
        sum.hessian[better] = (sum.hessian[better] as number) + curve;
        sum.hessian[worse] = (sum.hessian[worse] as number) + curve;
        total += 2 * slope;
      }
    }
    return total;
  };

  return {
    base: 0,
    gradients(scores, gradients, hessians) {
      for (let q = 0; q < lists; q++) {
        const [from, to] = listOf(q);
        const n = to - from;
        sum.gradient.fill(0, 0, n);
        sum.hessian.fill(0, 0, n);
        const scale = inverse[q] as number;
        let factor = 1;
        if (scale > 0 && n > 1) {
          const own = scores.subarray(from, to);
          const total = addPairs(own, labels.subarray(from, to), scale, orderOf(own, order.subarray(0, n)));
          if (normalise && total > 0) factor = Math.log2(1 + total) / total;
        }
        for (let i = 0; i < n; i++) {
          gradients[from + i] = factor * (sum.gradient[i] as number);
          hessians[from + i] = factor * (sum.hessian[i] as number);
        }
      }
    },
    loss(scores) {
      let total = 0;
      let counted = 0;
      for (let q = 0; q < lists; q++) {
        const list = listOf(q);
        const ndcg = gradedNdcg(scores.subarray(...list), labels.subarray(...list), watched);
        if (Number.isNaN(ndcg)) continue;
        total += ndcg;
        counted++;
      }
      return counted === 0 ? 0 : 1 - total / counted;
    },
  };
}
