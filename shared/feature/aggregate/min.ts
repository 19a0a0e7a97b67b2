import { counted } from './operand.ts';
import type { AggregateSpec } from './spec.ts';
import { windowed } from './window.ts';

type Spec = Extract<AggregateSpec, { kind: 'min' }>;

/** Least operand; missing without any. */
export const min = windowed<Spec>({
  add: ({ aggregate }, event) => counted(event, aggregate.of),
  combine: Math.min,
  value: (_, best, n) => (n > 0 ? best : Number.NaN),
});
