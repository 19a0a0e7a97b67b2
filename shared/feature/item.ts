import { createAggregate, updateAggregate } from './aggregate/aggregate.ts';
import type { AggregateState } from './aggregate/kind.ts';
import { type AttributeItem, attributeValue } from './attribute.ts';
import type { FeatureEvent } from './event.ts';
import { finalValue } from './final.ts';
import { readValue } from './read.ts';
import type { FeatureSet } from './set.ts';

/** An event of the item. Aggregates over users, sessions or attributes need those fields too. */
export type ItemEvent = FeatureEvent;

/** Streaming state of one item's catalogue features: one aggregate state per name in `set.catalog`. Plain JSON, bounded (aggregate/spec.ts). */
export type ItemState = AggregateState[];

/** State of an item without events. */
export const createItemState = (set: FeatureSet): ItemState => set.catalog.map(createAggregate);

/** Adds one event of this item; duplicates are the caller's to drop. For values as of an event's time, read before adding it. */
export function updateItem(set: FeatureSet, state: ItemState, event: ItemEvent): void {
  const features = set.definitionOf.catalog;
  for (let i = 0; i < features.length; i++) {
    const feature = features[i];
    const aggregate = state[i];
    if (feature && aggregate && 'aggregate' in feature) updateAggregate(feature, aggregate, event);
  }
}

/** The item's row of the catalogue table at `nowMs`: Float32 [set.catalog.length], final values, NaN = missing. */
export function catalogValues(set: FeatureSet, state: ItemState, item: AttributeItem, nowMs: number): Float32Array<ArrayBuffer> {
  const features = set.definitionOf.catalog;
  const values = new Float32Array(features.length);
  for (const [i, feature] of features.entries()) {
    let raw: number;
    if ('aggregate' in feature) raw = readValue(feature, state[i] ?? createAggregate(), nowMs).value;
    else if ('attribute' in feature) raw = attributeValue(feature, item);
    else throw new Error(`feature ${feature.name} is no catalogue feature that this build knows`);
    values[i] = finalValue(feature, raw);
  }
  return values;
}
