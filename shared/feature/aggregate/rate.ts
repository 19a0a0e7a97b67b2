import type { AggregateSpec } from './spec.ts';
import { windowed } from './window.ts';

type Spec = Extract<AggregateSpec, { kind: 'rate' }>;

/** (a + prior * strength) / (b + strength): a events of the types `of`, b of the types `events`; missing while b = 0. */
export const rate = windowed<Spec>({
  add: ({ aggregate, events }, { type }) => [Number(aggregate.of.includes(type)), Number(events.includes(type))],
  value: ({ prior, strength }, a, b) => (b > 0 ? (a + prior * strength) / (b + strength) : Number.NaN),
});
