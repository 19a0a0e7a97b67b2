import { aggregateValue } from './aggregate/aggregate.ts';
import type { FeatureDefinition } from './definition.ts';
import { type HistoryItem, lastItems } from './history.ts';
import type { FeatureSet } from './set.ts';
import { transformed } from './transform.ts';
import type { UserState } from './user.ts';
import { cosineOf } from './user-item/cosine.ts';
import { matchOf } from './user-item/match.ts';
import { priceDistanceOf } from './user-item/price-distance.ts';
import { type DeviceValues, newDeviceValues } from './values.ts';

/** A feature's value for any candidate, with the work that does not depend on the candidate done once. */
function evaluator(
  feature: FeatureDefinition,
  column: number,
  state: UserState,
  nowMs: number,
): (candidate: HistoryItem) => number {
  if ('match' in feature) return matchOf(feature.match.attribute, lastItems(state.history, feature.events, feature.match.last));
  if ('cosine' in feature)
    return cosineOf(feature.cosine, feature.decay ?? 1, lastItems(state.history, feature.events, feature.last));
  if ('priceDistance' in feature) return priceDistanceOf(lastItems(state.history, feature.events, feature.priceDistance.last));
  if (feature.entity === 'userItem') return ({ id }) => state.counts.get(id)?.[column] ?? 0;
  if (feature.entity === 'user') {
    const value = aggregateValue(feature.aggregate, state.aggregates[column] ?? [], nowMs);
    return () => value;
  }
  throw new Error(`feature ${feature.name} is no device feature that this build knows`);
}

/**
 * Features that only the device knows, for each candidate: Float32 [n x set.device.length], row-major, transformed, NaN = missing. They
 * never leave the device.
 * @throws Error when the state is of another feature set, or the set has a feature that this build does not know.
 */
export function deviceValues(set: FeatureSet, state: UserState, candidates: readonly HistoryItem[], nowMs: number): DeviceValues {
  if (state.hash !== set.hash) throw new Error('the state is of another feature set');
  const width = set.device.length;
  const values = newDeviceValues(candidates.length * width);
  for (const [column, feature] of set.definitionOf.device.entries()) {
    const of = evaluator(feature, column, state, nowMs);
    for (const [i, candidate] of candidates.entries()) values[i * width + column] = transformed(feature.transform, of(candidate));
  }
  return values;
}
