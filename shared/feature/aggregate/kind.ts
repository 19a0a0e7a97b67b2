/** Numbers of one aggregate of one entity; empty before the first event. Plain JSON, which keeps every double exactly. */
export type AggregateState = number[];

/**
 * One kind of aggregate. `update` adds one event, `value` reads at a time.
 *
 * - The order of updates does not matter, beyond rounding: late events and equal times need no special care.
 * - A read includes every event that was added. "As of t" is the caller's duty: read first, then add what happened at t.
 * - An event after `nowMs` (a skewed clock) counts as if it happened at `nowMs`.
 */
export interface Aggregate<Spec> {
  update(spec: Spec, state: AggregateState, tMs: number, value: number): void;
  value(spec: Spec, state: Readonly<AggregateState>, nowMs: number): number;
}
