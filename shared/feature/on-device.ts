import type { DeviceAggregate, EventAggregate } from './definition.ts';

const operands: readonly unknown[] = ['value', 'price', 'item', 'categories', 'brand'];

/** What a feature reads of an event that a device's history does not keep, by the names of the definition's fields. */
export function notOnDevice({ aggregate, where }: EventAggregate): string[] {
  const of = 'of' in aggregate && typeof aggregate.of === 'string' && !operands.includes(aggregate.of) ? aggregate.of : undefined;
  return [...(of === undefined ? [] : [`of ${of}`]), ...(where?.surface === undefined ? [] : ['where surface'])];
}

/** Whether a device can fill a feature from its history. */
export const isOnDevice = (feature: EventAggregate): feature is DeviceAggregate => notOnDevice(feature).length === 0;
