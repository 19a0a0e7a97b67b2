import { aggregateValue } from './aggregate/aggregate.ts';
import type { AggregateState } from './aggregate/kind.ts';
import type { EventAggregate, ValueRules } from './definition.ts';

/** A raw value with its age. */
export interface Reading {
  /** Before default and transform; NaN = missing, because there is none or because it is stale. */
  readonly value: number;
  /** Since the newest event that passed the feature's filter; NaN when there was none. */
  readonly ageMs: number;
  /** Older than the feature's time to live. */
  readonly stale: boolean;
}

/** Value of an aggregate at `nowMs`, with the age that its time to live is measured against. Without events nothing is stale. */
export function readValue(feature: EventAggregate & ValueRules, state: AggregateState, nowMs: number): Reading {
  const ageMs = state.newestMs === null ? Number.NaN : Math.max(0, nowMs - state.newestMs);
  const stale = ageMs > (feature.ttlSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  return { value: stale ? Number.NaN : aggregateValue(feature, state, nowMs), ageMs, stale };
}
