import { checkInteractions } from './interactions.ts';
import type { CandidateModel } from './model.ts';
import { sameForAll } from './same-for-all.ts';

export interface RatingSettings {
  /** Ratings of the mean over all that every item starts with. */
  readonly strength: number;
}

/**
 * Bayesian average of an item's values (stars): (strength * mean + sum of values) / (strength + number of values), the mean being of all values: the
 * posterior mean of a normal model with known variances.
 */
export const ratingModel: CandidateModel<RatingSettings> = {
  name: 'rating',
  summary: 'Bayesian average of the ratings, the same for everybody',
  defaults: () => ({ strength: 10 }),
  space: { strength: { from: 0.5, to: 200, scale: 'log' } },
  cost: ({ interactions, items }) => ({ seconds: interactions * 1e-8 + items * 1e-8, bytes: 20 * items }),
  refusal: ({ valued }) => (valued ? undefined : 'no interaction has a rating'),
  async fit(log, { strength }) {
    if (!(strength >= 0 && strength < Number.POSITIVE_INFINITY))
      throw new RangeError(`rating: strength of 0 or more expected, not ${strength}`);
    checkInteractions(log);
    const sum = new Float64Array(log.items);
    const count = new Float64Array(log.items);
    for (const [e, value] of log.value?.entries() ?? []) {
      if (Number.isNaN(value)) continue;
      const item = log.item[e] as number;
      sum[item] = (sum[item] as number) + value;
      count[item] = (count[item] as number) + 1;
    }
    const mean =
      sum.reduce((a, b) => a + b, 0) /
      Math.max(
        1,
        count.reduce((a, b) => a + b, 0),
      );
    const scores = Float32Array.from(sum, (total, i) => {
      const n = count[i] as number;
      return n > 0 ? (strength * mean + total) / (strength + n) : Number.NEGATIVE_INFINITY;
    });
    return sameForAll(scores);
  },
};
