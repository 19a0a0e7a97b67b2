import type { SeedFeature } from './definition.ts';
import type { HistoryItem } from './history.ts';
import { matchOf } from './user-item/match.ts';
import { priceDistanceOf } from './user-item/price-distance.ts';
import { similarityOf } from './user-item/similarity.ts';

/**
 * A seed feature's raw value for any candidate, NaN = missing, with the work that does not depend on the candidate done once.
 * @param seeds distinct, newest first
 */
export function seedEvaluator({ seeds: spec }: SeedFeature, seeds: readonly HistoryItem[]): (candidate: HistoryItem) => number {
  const newest = seeds.slice(0, spec.last);
  if ('match' in spec) return matchOf(spec.match, newest);
  if ('cosine' in spec) return similarityOf(spec.cosine, spec.decay ?? 1, newest, true);
  if ('dot' in spec) return similarityOf(spec.dot, spec.decay ?? 1, newest, false);
  return priceDistanceOf(newest);
}
