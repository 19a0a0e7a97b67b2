import { attributeValues } from './operand.ts';
import type { AggregateSpec } from './spec.ts';
import { windowed } from './window.ts';

type Spec = Extract<AggregateSpec, { kind: 'share' }>;

/** Mass of one attribute value / events whose item has the attribute; an event's mass of 1 is split over the item's values. Missing without any. */
export const share = windowed<Spec>({
  add({ aggregate }, { item }) {
    const values = attributeValues(item, aggregate.attribute);
    return values.length === 0 ? undefined : [values.includes(aggregate.value) ? 1 / values.length : 0, 1];
  },
  // Sums of thirds may end a rounding error above 1.
  value: (_, mass, n) => (n > 0 ? Math.min(1, mass / n) : Number.NaN),
});
