import type { Pool } from '../../adapter/pool.ts';
import { gainAt, gainOf, idealGain } from '../../evaluate/graded.ts';
import type { Objective } from './objective.ts';
import type { TreeRows } from './rows.ts';
import type { TreeSettings } from './settings.ts';

/** Early stopping watches NDCG at this place. */
const watched = 10;
/** Lists that a thread takes at once. */
const listsPerSlice = 16;

/**
 * LambdaMART's gradients (Burges 2010, "From RankNet to LambdaRank to LambdaMART"), as LightGBM has them: what they are is said in
 * shared/kernel/lambdas-plain.ts. A list without a relevant document, or of one grade, has no gradient.
 */
export function lambdarank(
  pool: Pool,
  { labels, offsets = Int32Array.of(0, labels.length), listWeights }: TreeRows,
  { sigma, truncation, normalise, gains: kind }: Pick<TreeSettings, 'sigma' | 'truncation' | 'normalise' | 'gains'>,
): Objective {
  const lists = offsets.length - 1;
  const shared = pool.allocate(Int32Array, offsets.length);
  shared.set(offsets);
  const gains = pool.allocate(Float64Array, labels.length);
  for (const [row, label] of labels.entries()) gains[row] = kind === 'labels' ? label : gainOf(label);
  const weightOf = (q: number) => listWeights?.[q] ?? 1;
  const ofList = (values: Float64Array, q: number) => values.subarray(offsets[q], offsets[q + 1]);
  const order = pool.allocate(Int32Array, labels.length);
  const scales = pool.allocate(Float64Array, lists);
  let longest = 0;
  for (let q = 0; q < lists; q++) {
    const [from, to] = [offsets[q] as number, offsets[q + 1] as number];
    for (let row = from; row < to; row++) order[row] = row - from;
    const ideal = idealGain(ofList(gains, q), truncation);
    scales[q] = ideal > 0 ? weightOf(q) / ideal : 0;
    longest = Math.max(longest, to - from);
  }
  const discounts = pool.allocate(Float64Array, longest);
  for (let place = 0; place < longest; place++) discounts[place] = 1 / Math.log2(place + 2);
  const ideals = Float64Array.from({ length: lists }, (_, q) => idealGain(ofList(gains, q), watched));
  const sums = pool.allocate(Float64Array, 2 * labels.length);

  return {
    base: 0,
    gradients(scores, gradients, hessians) {
      const tables = [shared, order, scores, gains, scales, discounts, sums].map(({ byteOffset }) => byteOffset);
      const into = [gradients.byteOffset, hessians.byteOffset];
      pool.run('lambdas', { rows: lists, slice: listsPerSlice }, ...tables, sigma, truncation, Number(normalise), ...into);
    },
    loss(scores) {
      let total = 0;
      let counted = 0;
      for (let q = 0; q < lists; q++) {
        const ideal = ideals[q] as number;
        if (ideal === 0) continue;
        total += (weightOf(q) * gainAt(ofList(scores, q), ofList(gains, q), watched)) / ideal;
        counted += weightOf(q);
      }
      return counted === 0 ? 0 : 1 - total / counted;
    },
  };
}
