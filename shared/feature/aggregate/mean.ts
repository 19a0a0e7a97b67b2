import { counted } from './operand.ts';
import type { AggregateSpec } from './spec.ts';
import { windowed } from './window.ts';

type Spec = Extract<AggregateSpec, { kind: 'mean' }>;

/** (sum of the operand + prior * strength) / (n + strength); missing while n = 0. */
export const mean = windowed<Spec>({
  add: ({ aggregate }, event) => counted(event, aggregate.of),
  value: ({ prior = 0, strength = 0 }, total, n) => (n > 0 ? (total + prior * strength) / (n + strength) : Number.NaN),
});
