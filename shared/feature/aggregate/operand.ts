import type { EventItem, FeatureEvent } from '../event.ts';
import type { CategoryAttribute, NumberField, TextField } from './spec.ts';

/** A number of the event; NaN when it is absent or not finite. */
export function numberOf({ item, value, quantity }: FeatureEvent, field: NumberField = 'value'): number {
  const number = field === 'price' ? item?.price : field === 'quantity' ? quantity : value;
  return Number.isFinite(number) ? (number as number) : Number.NaN;
}

/** [number, 1] for accumulators; undefined without a number. */
export function counted(event: FeatureEvent, field: NumberField | undefined): readonly [number, number] | undefined {
  const number = numberOf(event, field);
  return Number.isNaN(number) ? undefined : [number, 1];
}

/** Different values of an item's attribute, in the item's order. */
export function attributeValues(item: Partial<EventItem> | undefined, attribute: CategoryAttribute): readonly string[] {
  if (attribute === 'categories') return [...new Set(item?.categories)];
  return item?.brand === undefined ? [] : [item.brand];
}

/** Texts of the event; empty when it has none. */
export function textsOf(event: FeatureEvent, field: TextField): readonly string[] {
  if (field === 'categories' || field === 'brand') return attributeValues(event.item, field);
  const text =
    field === 'item'
      ? event.item?.id
      : field === 'user' || field === 'session' || field === 'surface'
        ? event[field]
        : event.entities?.[field.slice('entities.'.length)];
  return text === undefined ? [] : [text];
}
