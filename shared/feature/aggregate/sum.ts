import { counted } from './operand.ts';
import type { AggregateSpec } from './spec.ts';
import { windowed } from './window.ts';

type Spec = Extract<AggregateSpec, { kind: 'sum' }>;

/** Sum of the operand. Never missing: nothing sums to 0. */
export const sum = windowed<Spec>({ add: ({ aggregate }, event) => counted(event, aggregate.of), value: (_, total) => total });
