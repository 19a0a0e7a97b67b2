import type { AggregateSpec } from './spec.ts';
import { windowed } from './window.ts';

type Spec = Extract<AggregateSpec, { kind: 'count' }>;

/** Number of events. Never missing: no event is a count of 0. */
export const count = windowed<Spec>({ add: () => [1, 1], value: (_, n) => n });
