import type { Item } from '../../shared/contract/item.ts';
import { checkMixture, type Mixture, newestDistinct } from './by-neighbours.ts';
import type { CandidateModel, FittedModel } from './model.ts';
import { popularityModel } from './popularity.ts';
import { checkOut } from './same-for-all.ts';

export interface PopularityCategorySettings extends Mixture {
  readonly halfLifeDays: number;
  /** Share of what is popular everywhere in what a visitor gets; the rest is by the visitor's categories. */
  readonly everywhere: number;
}

/**
 * Popularity within the categories of the last items. With p(i) the decayed popularity and q(c) the share of category c among the last items of a history,
 *
 *   score(i) = everywhere * p(i) / sum p + (1 - everywhere) * sum over the categories c of i of q(c) * p(i) / sum of p in c
 */
export const popularityCategoryModel: CandidateModel<PopularityCategorySettings> = {
  name: 'popularity-category',
  summary: 'what is popular in the categories of the last items',
  defaults: () => ({ halfLifeDays: 30, last: 20, decay: 0.9, everywhere: 0.1 }),
  space: {
    halfLifeDays: [3, 7, 30, 90, 365, Number.POSITIVE_INFINITY],
    last: [5, 10, 20, 50],
    decay: { from: 0.5, to: 1, scale: 'linear' },
    everywhere: [0, 0.05, 0.1, 0.3],
  },
  cost: ({ interactions, items }) => ({ seconds: interactions * 2e-8 + items * 5e-7, bytes: 60 * items }),
  refusal: (_, { items }) => (items?.some((item) => item.categories.length > 0) ? undefined : 'no item has a category'),
  async fit(log, settings, context) {
    checkMixture('popularity-category', settings);
    if (!(settings.everywhere >= 0 && settings.everywhere <= 1))
      throw new RangeError(`popularity-category: everywhere in [0, 1] expected, not ${settings.everywhere}`);
    const { artifact } = await popularityModel.fit(log, settings, context);
    const popularity = (artifact.scores as Float32Array).map((score) => Math.max(0, score));
    return fitted(popularity, context.items ?? [], settings);
  },
};

function fitted(popularity: Float32Array, items: readonly Item[], settings: PopularityCategorySettings): FittedModel {
  const names = new Map<string, number>();
  const categories = Array.from(popularity, (_, i) =>
    [...new Set(items[i]?.categories)].map((name) => {
      const known = names.get(name) ?? names.size;
      names.set(name, known);
      return known;
    }),
  );
  const totals = new Float64Array(names.size);
  let total = 0;
  for (const [i, own] of categories.entries()) {
    total += popularity[i] as number;
    for (const c of own) totals[c] = (totals[c] as number) + (popularity[i] as number);
  }
  return {
    bytes: popularity.byteLength + 8 * categories.reduce((sum, own) => sum + own.length, 0) + 16 * categories.length,
    score(histories, out) {
      checkOut(histories, out, popularity.length);
      const share = new Float64Array(names.size);
      for (const [h, history] of histories.entries()) {
        let sum = 0;
        let weight = 1;
        share.fill(0);
        for (const i of newestDistinct(history, settings.last)) {
          const own = categories[i] as readonly number[];
          for (const c of own) share[c] = (share[c] as number) + weight / own.length;
          if (own.length > 0) sum += weight;
          weight *= settings.decay;
        }
        const everywhere = (sum > 0 ? settings.everywhere : 1) / (total || 1);
        for (const [i, own] of categories.entries()) {
          const p = popularity[i] as number;
          let score = everywhere * p;
          if (sum > 0 && p > 0)
            for (const c of own) score += ((1 - settings.everywhere) * p * (share[c] as number)) / sum / (totals[c] as number);
          out[h * popularity.length + i] = p > 0 ? score : Number.NEGATIVE_INFINITY;
        }
      }
    },
    artifact: {},
  };
}
