import { count } from './count.ts';
import { decayedCount } from './decayed-count.ts';
import type { Aggregate, AggregateState } from './kind.ts';
import { mean } from './mean.ts';
import type { AggregateSpec } from './spec.ts';
import { timeSince } from './time-since.ts';

type Kinds = { readonly [Kind in AggregateSpec['kind']]?: Aggregate<Extract<AggregateSpec, { kind: Kind }>> };
const kinds: Kinds = { count, decayedCount, mean, timeSince };

/** An aggregate's functions by its kind. @throws Error for a kind that this build does not know. */
function aggregateOf(spec: AggregateSpec): Aggregate<AggregateSpec> {
  const aggregate = kinds[spec.kind];
  if (!aggregate) throw new Error(`unknown aggregate ${spec.kind}`);
  return aggregate as Aggregate<AggregateSpec>;
}

/** Adds one event. `value` is NaN where the event has none. */
export function updateAggregate(spec: AggregateSpec, state: AggregateState, tMs: number, value: number): void {
  aggregateOf(spec).update(spec, state, tMs, value);
}

/** Value over the events so far, at `nowMs`; NaN = missing. */
export function aggregateValue(spec: AggregateSpec, state: AggregateState, nowMs: number): number {
  return aggregateOf(spec).value(spec, state, nowMs);
}
