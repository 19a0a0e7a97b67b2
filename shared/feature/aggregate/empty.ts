import type { AggregateKind } from './spec.ts';

const { NaN: missing } = Number;

/** What spec.ts says of each kind without any event. */
const empty: Readonly<Record<AggregateKind, number>> = {
  count: 0,
  sum: 0,
  mean: missing,
  max: missing,
  min: missing,
  rate: missing,
  decayedCount: 0,
  distinct: 0,
  last: missing,
  share: missing,
  timeSince: missing,
  velocity: 0,
};

/**
 * Raw value of an aggregate before its first event; NaN = missing. It stands apart from the kinds themselves, so that a visitor's first
 * ranking needs none of their code. @throws Error for a kind that this build does not know
 */
export function emptyValue(kind: AggregateKind): number {
  if (!Object.hasOwn(empty, kind)) throw new Error(`unknown aggregate ${kind}`);
  return empty[kind];
}
