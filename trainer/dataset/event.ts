import { type EventType, eventTypes } from '../../shared/contract/event.ts';
import type { FeatureEvent } from '../../shared/feature/event.ts';
import type { Dataset } from '../log/dataset.ts';

/**
 * Event `e` of a data set as the streaming executors see it, with all that an aggregate may count: SQL over the same data set reads no more. It has no id:
 * a data set has no duplicates, and is in the order of the source's ids, where it has any, so that the order of arrival says the same.
 */
export function featureEvent({ events, items }: Dataset, e: number): FeatureEvent {
  const [value, quantity] = [events.value[e] as number, events.quantity[e] as number];
  const surface = events.surfaces[events.surface[e] as number];
  const item = items[events.item[e] as number];
  const entities = entitiesOf(events, e);
  return {
    type: eventTypes[events.type[e] as number] as EventType,
    tMs: events.tMs[e] as number,
    user: events.users[events.user[e] as number] as string,
    session: String(events.session[e]),
    ...(item && { item }),
    ...(surface !== undefined && { surface }),
    ...(!Number.isNaN(value) && { value }),
    ...(!Number.isNaN(quantity) && { quantity }),
    ...(entities && { entities }),
  };
}

function entitiesOf({ entities }: Dataset['events'], e: number): Record<string, string> | undefined {
  let own: Record<string, string> | undefined;
  for (const name in entities) {
    const column = entities[name] as Dataset['events']['entities'][string];
    const key = column.keys[column.index[e] as number];
    if (key === undefined) continue;
    own ??= {};
    own[name] = key;
  }
  return own;
}
