import { counted } from './operand.ts';
import type { AggregateSpec } from './spec.ts';
import { windowed } from './window.ts';

type Spec = Extract<AggregateSpec, { kind: 'max' }>;

/** Greatest operand; missing without any. */
export const max = windowed<Spec>({
  add: ({ aggregate }, event) => counted(event, aggregate.of),
  combine: Math.max,
  value: (_, best, n) => (n > 0 ? best : Number.NaN),
});
