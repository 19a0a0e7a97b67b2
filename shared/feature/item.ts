import type { EventType } from '../contract/event.ts';
import type { Item } from '../contract/item.ts';
import { aggregateValue, updateAggregate } from './aggregate/aggregate.ts';
import type { AggregateState } from './aggregate/kind.ts';
import type { FeatureSet } from './set.ts';
import { transformed } from './transform.ts';

/** What an item's aggregates need of an event. */
export interface ItemEvent {
  readonly type: EventType;
  readonly tMs: number;
  readonly value?: number;
}

/** Streaming state of one item: one aggregate state per name in `set.catalog`. Plain JSON; a few numbers per feature, however many events. */
export type ItemState = AggregateState[];

/** State of an item without events. */
export const createItemState = (set: FeatureSet): ItemState => set.catalog.map(() => []);

/** Adds one event of this item. For values as of an event's time, read before adding it. */
export function updateItem(set: FeatureSet, state: ItemState, event: ItemEvent): void {
  const features = set.definitionOf.catalog;
  for (let i = 0; i < features.length; i++) {
    const feature = features[i];
    const aggregate = state[i];
    if (!feature || !aggregate || !('aggregate' in feature) || !feature.events.includes(event.type)) continue;
    updateAggregate(feature.aggregate, aggregate, event.tMs, event.value ?? Number.NaN);
  }
}

/** The item's row of the catalogue table at `nowMs`: Float32 [set.catalog.length], transformed, NaN = missing. */
export function catalogValues(
  set: FeatureSet,
  state: ItemState,
  item: Pick<Item, 'price'>,
  nowMs: number,
): Float32Array<ArrayBuffer> {
  const features = set.definitionOf.catalog;
  const values = new Float32Array(features.length);
  for (const [i, feature] of features.entries()) {
    let value: number;
    if ('aggregate' in feature) value = aggregateValue(feature.aggregate, state[i] ?? [], nowMs);
    else if ('attribute' in feature && feature.attribute === 'price') value = item[feature.attribute] ?? Number.NaN;
    else throw new Error(`feature ${feature.name} is no catalogue feature that this build knows`);
    values[i] = transformed(feature.transform, value);
  }
  return values;
}
