import type { FeatureEvent } from '../event.ts';

/** Numbers and texts of one aggregate of one entity; empty before the first event. Plain JSON, which keeps every double exactly. */
export type Cell = number | string;
export interface AggregateState {
  /** Time of the newest event that passed the filter, inside the window or not; null before the first. */
  newestMs: number | null;
  cells: Cell[];
}

/** What an aggregate needs to know of its feature. */
export interface Aggregated<Spec> {
  readonly aggregate: Spec;
  readonly events: readonly FeatureEvent['type'][];
}

/**
 * One kind of aggregate. `update` adds one event that passed the filter and runs before `newestMs` moves; `value` reads at a time, NaN = missing; before the
 * first event empty.ts is asked in its place.
 * The order of updates does not matter, beyond rounding. A read includes every event that was added: "as of t" is the caller's duty (spec.ts).
 */
export interface Aggregate<Spec> {
  update(feature: Aggregated<Spec>, state: AggregateState, event: FeatureEvent): void;
  value(feature: Aggregated<Spec>, state: Readonly<AggregateState>, nowMs: number): number;
}

/**
 * An aggregate that is the sum of what its events add: two numbers each, so that window.ts can keep them apart by time.
 * `add` gives [a, b] of one event, undefined without an operand; `combine` puts two a together (default: their sum), b are always summed.
 */
export interface Accumulator<Spec> {
  add(feature: Aggregated<Spec>, event: FeatureEvent): readonly [a: number, b: number] | undefined;
  combine?(a: number, other: number): number;
  value(spec: Spec, a: number, b: number): number;
}
