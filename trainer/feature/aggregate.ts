import { type AggregateSpec, exactBound, windowBuckets } from '../../shared/feature/aggregate/spec.ts';
import type { Axis } from './axis.ts';
import type { Dialect, TimeWindow } from './dialect.ts';
import { massSql } from './item-attribute.ts';
import { real } from './number.ts';

const windowOf = (windowSeconds: number | undefined): TimeWindow =>
  windowSeconds === undefined
    ? { kind: 'all' }
    : { kind: 'buckets', bucketMs: (windowSeconds * 1000) / windowBuckets, buckets: windowBuckets };

type TimeSpec = Exclude<AggregateSpec, { readonly kind: 'last' }>;

/** What an aggregate needs of the axis of its entity. */
export interface AggregateInput {
  readonly dialect: Dialect;
  readonly axis: Axis;
  /** Says of an event whether it counts, and the axis' column of that; of the numerator's for a rate. */
  readonly condition: string;
  readonly filter: string;
  readonly numerator?: string;
  /** Column of the event or of its item. */
  readonly event: (name: string) => string;
}

const all: TimeWindow = { kind: 'all' };

/** An aggregate over a window of time, before defaults and transforms; NULL = missing. */
export function aggregateSql(spec: TimeSpec, input: AggregateInput): string {
  const { dialect, axis, filter } = input;
  const count = (window: TimeWindow, condition = filter) => axis.window({ kind: 'count', condition }, window);
  switch (spec.kind) {
    case 'count':
      return count(windowOf(spec.windowSeconds));
    case 'velocity':
      return `least(${count({ kind: 'exact', windowMs: spec.windowSeconds * 1000 })}, ${exactBound})`;
    case 'timeSince':
      return `(tMs - ${axis.window({ kind: 'max', value: 'tMs', condition: filter }, all)}) / ${real(1000)}`;
    case 'rate': {
      const window = windowOf(spec.windowSeconds);
      const shown = count(window);
      const prior = real(spec.prior * spec.strength);
      return `CASE WHEN ${shown} > 0 THEN (${count(window, input.numerator)} + ${prior}) / (${shown} + ${real(spec.strength)}) END`;
    }
    case 'decayedCount':
      return decayedCount(spec.halfLifeSeconds * 1000, input);
    case 'sum':
    case 'min':
    case 'max': {
      const value = axis.operand(input.event(spec.of ?? 'value'));
      const window = axis.window({ kind: spec.kind, value, condition: filter }, windowOf(spec.windowSeconds));
      return spec.kind === 'sum' ? `coalesce(${window}, 0)` : window;
    }
    case 'mean': {
      const value = axis.operand(input.event(spec.of ?? 'value'));
      const window = windowOf(spec.windowSeconds);
      const n = count(window, `${filter} AND ${value} IS NOT NULL`);
      return meanSql(spec, axis.window({ kind: 'sum', value, condition: filter }, window), n);
    }
    case 'distinct':
      return distinctSql(spec, input);
    case 'share': {
      const mass = axis.operand(massSql(dialect, spec.attribute, spec.value, input.event));
      const window = windowOf(spec.windowSeconds);
      const known = count(window, `${filter} AND ${mass} IS NOT NULL`);
      return shareSql(axis.window({ kind: 'sum', value: mass, condition: filter }, window), known);
    }
  }
}

function distinctSql({ of, windowSeconds }: Extract<TimeSpec, { readonly kind: 'distinct' }>, input: AggregateInput): string {
  const { dialect, axis, filter } = input;
  const text = input.event(of);
  // Of all events, the first with a value counts it, which is cheaper than a set of values for each row.
  if (windowSeconds === undefined && of !== 'categories')
    return `least(${axis.window({ kind: 'count', condition: axis.first(text, input.condition) }, all)}, ${exactBound})`;
  const value = axis.operand(of === 'categories' ? dialect.list.unnest(dialect.list.distinct(text)) : text);
  return axis.window({ kind: 'distinct', value, condition: filter, bound: exactBound }, windowOf(windowSeconds));
}

/** (sum + prior * strength) / (n + strength); NULL while n = 0. */
export function meanSql(
  { prior = 0, strength = 0 }: { readonly prior?: number; readonly strength?: number },
  sum: string,
  n: string,
): string {
  return `CASE WHEN ${n} > 0 THEN (${sum} + ${real(prior * strength)}) / (${n} + ${real(strength)}) END`;
}

/** Mass of one value / events that have any. Sums of thirds may end a rounding error above 1. */
export const shareSql = (mass: string, known: string): string => `CASE WHEN ${known} > 0 THEN least(1e0, ${mass} / ${known}) END`;

/** Half-lives in a block. What is older than a block weighs less than 2^-256, which is 0 in float32 whatever the number of events. */
const blockHalfLives = 256;
/** No time is greater, so one block holds all. */
const endOfTimeMs = 1e16;

/**
 * Sum of 2^(-(t - ti) / h) as running sums. Weights relative to one origin would overflow after 1,024 half-lives, and differences of running sums
 * would lose what is small. So time is cut into blocks of 256 half-lives, an event's weight is 2^(time since its block's start / h) <= 2^256, and the
 * frame reaches back one block: it sees this block and the one before it only, which have different parity. All terms are positive, nothing cancels.
 */
function decayedCount(halfLifeMs: number, { dialect, axis, filter }: AggregateInput): string {
  const blockMs = Math.min(Math.ceil(blockHalfLives * halfLifeMs), endOfTimeMs);
  const inBlock = dialect.modulo('tMs', blockMs);
  const parity = dialect.modulo(dialect.integer(`(tMs - ${inBlock}) / ${blockMs}`), 2);
  const value = dialect.exp2(`${inBlock} / ${real(halfLifeMs)}`);
  const sum = (odd: 0 | 1) =>
    `coalesce(${axis.window({ kind: 'sum', value, condition: `${filter} AND ${parity} = ${odd}` }, { kind: 'buckets', bucketMs: blockMs, buckets: 2 })}, 0)`;
  const faded = (sums: string, elapsedMs: string) => `${sums} * ${dialect.exp2(`-(${elapsedMs}) / ${real(halfLifeMs)}`)}`;
  const [even, odd] = [sum(0), sum(1)];
  const both = (own: string, previous: string) => `${faded(own, inBlock)} + ${faded(previous, `${inBlock} + ${blockMs}`)}`;
  return `CASE WHEN ${parity} = 0 THEN ${both(even, odd)} ELSE ${both(odd, even)} END`;
}
