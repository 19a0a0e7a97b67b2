import type { VitrineConfig } from '../../shared/contract/config.ts';
import { eventTypes } from '../../shared/contract/event.ts';
import type { Interactions } from '../candidate/interactions.ts';
import type { Dataset } from '../log/dataset.ts';

/** Label weight per event type, by its index in `eventTypes`; 0 for types that are no positive. */
export function weightOfType(positives: VitrineConfig['positives']): Float32Array {
  return Float32Array.from(eventTypes, (type) => positives[type] ?? 0);
}

/** The positive interactions of a data set, in its order. Also where impressions are logged: what was shown and not chosen is no interaction. */
export function positiveInteractions(dataset: Dataset, positives: VitrineConfig['positives']): Interactions {
  const { events, items } = dataset;
  const weights = weightOfType(positives);
  const chosen = Int32Array.from(events.type.keys()).filter((e) => (weights[events.type[e] as number] as number) > 0);
  return {
    n: chosen.length,
    users: events.users.length,
    items: items.length,
    user: chosen.map((e) => events.user[e] as number),
    item: chosen.map((e) => events.item[e] as number),
    tMs: Float64Array.from(chosen, (e) => events.tMs[e] as number),
    weight: Float32Array.from(chosen, (e) => weights[events.type[e] as number] as number),
  };
}
