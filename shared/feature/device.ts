import { blankValue } from './blank.ts';
import type { FeatureDefinition } from './definition.ts';
import { finalValue } from './final.ts';
import { type HistoryItem, lastItems } from './history.ts';
import { readValue } from './read.ts';
import type { FeatureSet } from './set.ts';
import { type OwnAggregates, type UserState, windowOf } from './user.ts';
import { matchOf } from './user-item/match.ts';
import { priceDistanceOf } from './user-item/price-distance.ts';
import { similarityOf } from './user-item/similarity.ts';
import { type DeviceValues, newDeviceValues } from './values.ts';

/** A feature's value for any candidate, with the work that does not depend on the candidate done once. */
function evaluator(
  feature: FeatureDefinition,
  column: number,
  state: UserState,
  nowMs: number,
): (candidate: HistoryItem) => number {
  const blank = blankValue(feature);
  if ('aggregate' in feature) {
    const read = (own: OwnAggregates | undefined) => {
      const aggregate = own?.[column];
      return aggregate ? readValue(feature, aggregate, nowMs).value : blank;
    };
    if (feature.entity === 'userItem') return ({ id }) => read(state.items.get(id));
    const value = read(state.aggregates);
    return () => value;
  }
  const window = windowOf(feature);
  const history = window ? lastItems(state.history, window, nowMs) : [];
  if (!history.length) return () => blank;
  if ('match' in feature) return matchOf(feature.match.attribute, history);
  if ('cosine' in feature) return similarityOf(feature.cosine, feature.decay ?? 1, history, true);
  if ('dot' in feature) return similarityOf(feature.dot, feature.decay ?? 1, history, false);
  return priceDistanceOf(history);
}

/**
 * Features that only the device knows, for each candidate: Float32 [n x set.device.length], row-major, final values, NaN = missing. They
 * never leave the device.
 * @throws Error when the state is of another feature set, or the set has a feature that this build does not know.
 */
export function deviceValues(set: FeatureSet, state: UserState, candidates: readonly HistoryItem[], nowMs: number): DeviceValues {
  if (state.hash !== set.hash) throw new Error(`state ${state.hash}, features ${set.hash}`);
  const width = set.device.length;
  const values = newDeviceValues(candidates.length * width);
  for (const [column, feature] of set.definitionOf.device.entries()) {
    const of = evaluator(feature, column, state, nowMs);
    for (const [i, candidate] of candidates.entries()) values[i * width + column] = finalValue(feature, of(candidate));
  }
  return values;
}
