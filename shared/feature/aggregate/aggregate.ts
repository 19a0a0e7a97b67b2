import type { EventAggregate } from '../definition.ts';
import type { FeatureEvent } from '../event.ts';
import { count } from './count.ts';
import { decayedCount } from './decayed-count.ts';
import { distinct } from './distinct.ts';
import { emptyValue } from './empty.ts';
import type { Aggregate, AggregateState } from './kind.ts';
import { last } from './last.ts';
import { max } from './max.ts';
import { mean } from './mean.ts';
import { min } from './min.ts';
import { rate } from './rate.ts';
import { share } from './share.ts';
import type { AggregateSpec } from './spec.ts';
import { sum } from './sum.ts';
import { timeSince } from './time-since.ts';
import { velocity } from './velocity.ts';

type Kinds = { readonly [Kind in AggregateSpec['kind']]: Aggregate<Extract<AggregateSpec, { kind: Kind }>> };
const kinds: Kinds = { count, sum, mean, max, min, rate, decayedCount, distinct, last, share, timeSince, velocity };

/** An aggregate's functions by its kind. @throws Error for a kind that this build does not know. */
function aggregateOf({ aggregate: { kind } }: EventAggregate): Aggregate<AggregateSpec> {
  emptyValue(kind);
  return kinds[kind] as Aggregate<AggregateSpec>;
}

/** State of an aggregate before its first event. */
export const createAggregate = (): AggregateState => ({ newestMs: null, cells: [] });

/** Whether an event counts for the feature: its type and `where`. */
export function isCounted({ aggregate, events, where }: EventAggregate, { type, surface, value }: FeatureEvent): boolean {
  if (!events.includes(type) && !(aggregate.kind === 'rate' && aggregate.of.includes(type))) return false;
  if (!where) return true;
  const { minValue, maxValue } = where;
  if (where.surface !== undefined && where.surface !== surface) return false;
  if (minValue === undefined && maxValue === undefined) return true;
  const number = Number.isFinite(value) ? (value as number) : Number.NaN;
  return number >= (minValue ?? Number.NEGATIVE_INFINITY) && number <= (maxValue ?? Number.POSITIVE_INFINITY);
}

/** Adds one event if it counts for the feature. */
export function updateAggregate(feature: EventAggregate, state: AggregateState, event: FeatureEvent): void {
  if (!isCounted(feature, event)) return;
  aggregateOf(feature).update(feature, state, event);
  state.newestMs = Math.max(state.newestMs ?? event.tMs, event.tMs);
}

/** Raw value over the events so far, at `nowMs`; NaN = missing. */
export const aggregateValue = (feature: EventAggregate, state: AggregateState, nowMs: number): number =>
  state.newestMs === null ? emptyValue(feature.aggregate.kind) : aggregateOf(feature).value(feature, state, nowMs);
