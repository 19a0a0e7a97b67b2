import { describe, expect, test } from 'vitest';
import type { ItemId } from '../../contract/id.ts';
import type { EventAggregate } from '../definition.ts';
import type { FeatureEvent } from '../event.ts';
import { aggregateValue, createAggregate, updateAggregate } from './aggregate.ts';
import type { AggregateSpec } from './spec.ts';

/** Answers worked out by hand; entity.test.ts compares with the definitions on random logs. */
const item = (id: string, categories: string[], brand?: string) => ({
  id: id as ItemId,
  categories,
  ...(brand !== undefined && { brand }),
  price: 10 * Number(id),
});
const log: readonly FeatureEvent[] = [
  { id: 'e1', type: 'click', tMs: 1000, value: 4, quantity: 2, user: 'u1', item: item('1', ['a', 'b'], 'x') },
  { id: 'e2', type: 'view', tMs: 2000, value: 1, user: 'u2', item: item('2', ['a']), entities: { card: 'k1' } },
  { id: 'e4', type: 'click', tMs: 3000, user: 'u1', item: item('3', []), entities: { card: 'k1' } },
  { id: 'e3', type: 'click', tMs: 3000, value: 7, user: 'u3', item: item('1', ['b'], 'x'), surface: 'home' },
  { id: 'e5', type: 'hide', tMs: 3500, value: 100, user: 'u9' },
];
const nowMs = 4000;

function answer(aggregate: AggregateSpec, rest: Partial<EventAggregate> = {}, events = log): number {
  const feature: EventAggregate = { aggregate, events: ['click', 'view'], ...rest };
  const state = createAggregate();
  for (const event of events) updateAggregate(feature, state, event);
  return aggregateValue(feature, state, nowMs);
}

test.each<[AggregateSpec, number]>([
  [{ kind: 'count' }, 4],
  // Buckets of 40 ms: 2000 is bucket 50, and bucket 100 - 50 is outside.
  [{ kind: 'count', windowSeconds: 2 }, 2],
  [{ kind: 'sum' }, 12],
  [{ kind: 'sum', of: 'quantity' }, 2],
  [{ kind: 'sum', of: 'price', last: 2 }, 40],
  [{ kind: 'mean' }, 4],
  [{ kind: 'mean', prior: 2, strength: 3 }, 3],
  // The newest of the last two is e4, which has no value.
  [{ kind: 'mean', last: 2 }, 7],
  [{ kind: 'max' }, 7],
  [{ kind: 'min' }, 1],
  [{ kind: 'min', windowSeconds: 1 }, Number.NaN],
  [{ kind: 'rate', of: ['hide'], prior: 0.5, strength: 4 }, 3 / 8],
  [{ kind: 'decayedCount', halfLifeSeconds: 1 }, 1 / 8 + 1 / 4 + 2 / 2],
  [{ kind: 'distinct', of: 'user' }, 3],
  [{ kind: 'distinct', of: 'categories' }, 2],
  [{ kind: 'distinct', of: 'entities.card', windowSeconds: 1 }, 0],
  [{ kind: 'distinct', of: 'brand', windowSeconds: 3600 }, 1],
  [{ kind: 'last', nth: 1 }, Number.NaN],
  [{ kind: 'last', nth: 2 }, 7],
  [{ kind: 'last', nth: 3 }, 1],
  [{ kind: 'last', nth: 3, windowSeconds: 2 }, Number.NaN],
  [{ kind: 'last', nth: 9 }, Number.NaN],
  [{ kind: 'share', attribute: 'categories', value: 'a' }, (1 / 2 + 1) / 3],
  [{ kind: 'share', attribute: 'brand', value: 'x' }, 1],
  [{ kind: 'share', attribute: 'brand', value: 'x', last: 1 }, Number.NaN],
  [{ kind: 'timeSince' }, 1],
  // To the millisecond: 1000 is 3 s before, and counts.
  [{ kind: 'velocity', windowSeconds: 3 }, 4],
  [{ kind: 'velocity', windowSeconds: 2 }, 3],
])('%o is %d, in whatever order the events come', (aggregate, expected) => {
  for (const events of [log, log.toReversed(), [...log.slice(2), ...log.slice(0, 2)]])
    expect(answer(aggregate, {}, events).toFixed(12)).toBe(expected.toFixed(12));
});

test('of events at one time without ids, the later arrival is the newer', () => {
  const at = (value: number): FeatureEvent => ({ type: 'click', tMs: 5, value });
  expect(answer({ kind: 'last', nth: 1 }, {}, [at(1), at(2)])).toBe(2);
});

test('a window is 50 aligned buckets, that of the time of reading included, whatever has left the state', () => {
  const at = (...times: number[]) => times.map((tMs): FeatureEvent => ({ type: 'click', tMs }));
  const count: AggregateSpec = { kind: 'count', windowSeconds: 4 };
  // Buckets of 80 ms: 4000 is in bucket 50, so that buckets 1 to 50 are inside.
  expect(answer(count, {}, at(79, 80, 3999))).toBe(2);
  expect(answer(count, {}, at(4000, 80, 79))).toBe(2);
  expect(answer(count, {}, at(79, 80, 4000, 81))).toBe(3);
});

describe('filters', () => {
  const count: AggregateSpec = { kind: 'count' };
  test.each([
    [{ surface: 'home' }, 1],
    [{ minValue: 4 }, 2],
    [{ maxValue: 4 }, 2],
    [{ minValue: 4, maxValue: 4 }, 1],
    [{ minValue: -100 }, 3],
    [{ surface: 'home', maxValue: 4 }, 0],
    [{}, 4],
  ])('%o lets %i of the four through', (where, expected) => {
    expect(answer(count, { where })).toBe(expected);
  });

  test('holds for both sides of a rate', () => {
    expect(answer({ kind: 'rate', of: ['view'], prior: 0, strength: 0 }, { events: ['click'], where: { minValue: 4 } })).toBe(0);
    expect(answer({ kind: 'rate', of: ['view'], prior: 0, strength: 0 }, { events: ['click'], where: { maxValue: 4 } })).toBe(1);
  });
});

test('without events: nothing counts and sums to 0, but has no mean, extreme, rate, share, last value or time', () => {
  const none = (aggregate: AggregateSpec) => answer(aggregate, {}, []);
  for (const kind of ['count', 'sum'] as const) expect(none({ kind })).toBe(0);
  expect(none({ kind: 'decayedCount', halfLifeSeconds: 1 })).toBe(0);
  expect(none({ kind: 'distinct', of: 'item' })).toBe(0);
  expect(none({ kind: 'velocity', windowSeconds: 1 })).toBe(0);
  for (const kind of ['mean', 'max', 'min', 'timeSince'] as const) expect(none({ kind })).toBeNaN();
  expect(none({ kind: 'mean', prior: 3, strength: 5 })).toBeNaN();
  expect(none({ kind: 'rate', of: ['click'], prior: 0.1, strength: 5 })).toBeNaN();
  expect(none({ kind: 'share', attribute: 'brand', value: 'x' })).toBeNaN();
  expect(none({ kind: 'last', nth: 1 })).toBeNaN();
});

test('a number that is not finite is no operand', () => {
  const events = [Number.NaN, Number.POSITIVE_INFINITY, 3].map((value): FeatureEvent => ({ type: 'click', tMs: 1, value }));
  expect(answer({ kind: 'sum' }, {}, events)).toBe(3);
  expect(answer({ kind: 'mean' }, {}, events)).toBe(3);
  expect(answer({ kind: 'max' }, {}, events)).toBe(3);
});

test('an event after the time of reading counts as if it happened then', () => {
  const later: FeatureEvent[] = [{ type: 'click', tMs: nowMs + 60_000 }];
  const then: FeatureEvent[] = [{ type: 'click', tMs: nowMs }];
  for (const aggregate of [{ kind: 'timeSince' }, { kind: 'decayedCount', halfLifeSeconds: 1 }, { kind: 'count' }] as const)
    expect(answer(aggregate, {}, later)).toBe(answer(aggregate, {}, then));
});

test('an aggregate that this build does not know is an error', () => {
  for (const kind of ['median', 'constructor'])
    expect(() => answer({ kind } as unknown as AggregateSpec)).toThrow(`unknown aggregate ${kind}`);
});
