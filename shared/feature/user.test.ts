import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type EventType, eventTypes } from '../contract/event.ts';
import type { ItemId } from '../contract/id.ts';
import { limit } from '../contract/limit.ts';
import { createFeatureSet } from './create.ts';
import type { FeatureDefinition } from './definition.ts';
import { deviceValues } from './device.ts';
import { openFeatureSet } from './set.ts';
import { createUserState, type HistoryEvent, type HistoryItem, type UserState, updateUser } from './user.ts';
import { restoreUser, userDocument } from './user-document.ts';

const of = (...events: EventType[]) => ({ events, placement: 'device' as const });
const definitions: readonly FeatureDefinition[] = [
  { name: 'clicks', entity: 'user', aggregate: { kind: 'count' }, transform: 'log1p', ...of('click') },
  { name: 'since', entity: 'user', aggregate: { kind: 'timeSince' }, ...of('click', 'purchase') },
  { name: 'heat', entity: 'user', aggregate: { kind: 'decayedCount', halfLifeSeconds: 10 }, ...of('click', 'view') },
  { name: 'stars', entity: 'user', aggregate: { kind: 'mean', prior: 3, strength: 1 }, ...of('rating') },
  { name: 'match3', entity: 'userItem', match: { attribute: 'categories', last: 3 }, ...of('click', 'purchase') },
  { name: 'brand5', entity: 'userItem', match: { attribute: 'brand', last: 5 }, ...of('click') },
  { name: 'last', entity: 'userItem', cosine: 'last', last: 2, ...of('click') },
  { name: 'mean', entity: 'userItem', cosine: 'mean', last: 4, decay: 0.5, ...of('click', 'view') },
  { name: 'max', entity: 'userItem', cosine: 'max', last: 3, ...of('purchase') },
  { name: 'own', entity: 'userItem', aggregate: { kind: 'count' }, ...of('click', 'rating') },
  { name: 'distance', entity: 'userItem', priceDistance: { last: 3 }, ...of('view') },
  {
    name: 'recent',
    entity: 'userItem',
    match: { attribute: 'categories', last: 6, windowSeconds: 20 },
    ...of('click', 'view'),
  },
  { name: 'product', entity: 'userItem', dot: 'mean', last: 4, decay: 0.5, ...of('click', 'view') },
  { name: 'ownSince', entity: 'userItem', aggregate: { kind: 'timeSince' }, default: 99, ...of('click', 'view') },
  {
    name: 'spent',
    entity: 'user',
    aggregate: { kind: 'sum', of: 'price', windowSeconds: 10 },
    where: { minValue: 2 },
    ttlSeconds: 15,
    ...of('rating', 'purchase'),
  },
];
const heavy = definitions.map(({ name }) => name);
const hour: FeatureDefinition = { name: 'hour', entity: 'context', context: 'hour', placement: 'edge' };
const set = openFeatureSet(createFeatureSet({ definitions: [...definitions, hour], light: ['hour'], heavy }));

/** A fixed catalogue, so that events and candidates meet. */
const items: readonly HistoryItem[] = Array.from({ length: 8 }, (_, i) => ({
  id: `item-${i}` as ItemId,
  categories: [['a'], ['a', 'b'], ['b', 'c', 'a'], []][i % 4] as string[],
  ...(i % 3 !== 0 && { brand: `brand-${i % 2}` }),
  ...(i % 5 !== 4 && { price: 1 + i * 3.3 }),
  ...(i % 4 !== 1 && { vector: Float32Array.of(Math.sin(i), Math.cos(i * 2), 0.1 * i), space: 'r1' }),
}));

const event: fc.Arbitrary<HistoryEvent> = fc
  .record({
    type: fc.constantFrom<EventType>('click', 'view', 'purchase', 'rating', 'hide'),
    tMs: fc.integer({ min: 0, max: 40_000 }),
    item: fc.constantFrom(...items),
    value: fc.option(fc.integer({ min: 1, max: 5 }), { nil: Number.NaN }),
  })
  .map(({ value, ...rest }) => (Number.isNaN(value) ? rest : { ...rest, value }));
const log = fc.array(event, { maxLength: 120 });

function streamed(events: readonly HistoryEvent[], state = createUserState(set)): UserState {
  for (const one of events) updateUser(set, state, one);
  return state;
}
const values = (state: UserState) => deviceValues(set, state, items, 40_000);
const inTime = (events: readonly HistoryEvent[]) => [...events].sort((a, b) => a.tMs - b.tMs);

/** The last `last` events of these types, newest first, looked up in the whole log. */
const lastOf = (events: readonly HistoryEvent[], types: readonly EventType[], last: number) =>
  inTime(events)
    .filter(({ type }) => types.includes(type))
    .slice(-last)
    .reverse()
    .map(({ item }) => item);

/** Distance of two values; 0 when both are missing, NaN when one is. */
const difference = (a: number | undefined, b: number) => (Number.isNaN(a) && Number.isNaN(b) ? 0 : Math.abs((a ?? 0) - b));

const cosineBetween = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>) => Array.from(x).reduce((sum, value, d) => sum + value * y[d]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

/** Every feature by its definition, from the whole log, for one candidate. */
function reference(events: readonly HistoryEvent[], candidate: HistoryItem): number[] {
  const ofTypes = (...types: EventType[]) => events.filter(({ type }) => types.includes(type));
  const times = (...types: EventType[]) => ofTypes(...types).map(({ tMs }) => 40_000 - tMs);
  const stars = ofTypes('rating').flatMap(({ value }) => (value === undefined ? [] : [value]));
  const share = (history: readonly HistoryItem[], attribute: (item: HistoryItem) => readonly string[]) => {
    const known = history.filter((item) => attribute(item).length > 0);
    if (known.length === 0 || attribute(candidate).length === 0) return Number.NaN;
    const mass = (value: string) =>
      known.reduce((sum, item) => sum + (attribute(item).includes(value) ? 1 / attribute(item).length : 0), 0);
    return attribute(candidate).reduce((sum, value) => sum + mass(value), 0) / known.length;
  };
  const cosines = (history: readonly HistoryItem[]) =>
    history.flatMap(({ vector }) => (vector && candidate.vector ? [cosineBetween(vector, candidate.vector)] : []));
  const meanVector = lastOf(events, ['click', 'view'], 4).reduce<number[] | undefined>((sum, { vector }, rank) => {
    if (!vector) return sum;
    const length = Math.hypot(...vector);
    return Array.from(vector, (x, d) => (sum?.[d] ?? 0) + (0.5 ** rank * x) / length);
  }, undefined);
  const prices = lastOf(events, ['view'], 3).flatMap(({ price }) => (price === undefined ? [] : [Math.log(price)]));
  const max = cosines(lastOf(events, ['purchase'], 3));
  const isRecent = ({ tMs }: HistoryEvent) => Math.floor(tMs / 400) > 100 - 50;
  const recent = inTime(events)
    .filter(({ type }) => type === 'click' || type === 'view')
    .slice(-6)
    .filter(isRecent)
    .map(({ item }) => item);
  const own = events.filter(({ type, item }) => (type === 'click' || type === 'view') && item.id === candidate.id);
  const paid = ofTypes('rating', 'purchase').filter(({ value = 0 }) => value >= 2);
  const paidMs = Math.max(...paid.map(({ tMs }) => tMs));
  return [
    Math.log1p(ofTypes('click').length),
    times('click', 'purchase').length ? Math.min(...times('click', 'purchase')) / 1000 : Number.NaN,
    times('click', 'view').reduce((sum, elapsedMs) => sum + 2 ** (-elapsedMs / 10_000), 0),
    stars.length ? (stars.reduce((a, b) => a + b, 0) + 3) / (stars.length + 1) : Number.NaN,
    share(lastOf(events, ['click', 'purchase'], 3), ({ categories }) => categories),
    share(lastOf(events, ['click'], 5), ({ brand }) => (brand === undefined ? [] : [brand])),
    cosines(lastOf(events, ['click'], 2))[0] ?? Number.NaN,
    meanVector && candidate.vector ? cosineBetween(meanVector, candidate.vector) : Number.NaN,
    max.length ? Math.max(...max) : Number.NaN,
    ofTypes('click', 'rating').filter(({ item }) => item.id === candidate.id).length,
    prices.length && candidate.price !== undefined
      ? Math.abs(Math.log(candidate.price) - prices.reduce((a, b) => a + b, 0) / prices.length)
      : Number.NaN,
    share(recent, ({ categories }) => categories),
    meanVector && candidate.vector ? cosineBetween(meanVector, candidate.vector) * Math.hypot(...candidate.vector) : Number.NaN,
    own.length ? (40_000 - Math.max(...own.map(({ tMs }) => tMs))) / 1000 : 99,
    paid.length && paidMs < 25_000
      ? Number.NaN
      : paid.filter(({ tMs }) => Math.floor(tMs / 200) > 200 - 50).reduce((sum, { item: { price = 0 } }) => sum + price, 0),
  ];
}

test('streamed values are what the definitions say of the whole log', () => {
  fc.assert(
    fc.property(log, (events) => {
      const found = values(streamed(inTime(events)));
      const expected = items.flatMap((item) => reference(events, item));
      for (const [i, value] of expected.entries())
        expect(difference(found[i], value), heavy[i % heavy.length]).toBeLessThan(1e-5);
    }),
  );
});

test('a late event gives the values that it would have given in time', () => {
  const distinct = fc.uniqueArray(event, { selector: ({ tMs }) => tMs, maxLength: 120 });
  fc.assert(
    fc.property(distinct, (events) => {
      const late = values(streamed(events));
      for (const [i, value] of values(streamed(inTime(events))).entries()) expect(difference(late[i], value)).toBeLessThan(1e-6);
    }),
  );
});

test('of events at one time, the later arrival is the newer', () => {
  const [first, , second] = items as [HistoryItem, HistoryItem, HistoryItem];
  const state = streamed([
    { type: 'click', tMs: 5, item: first },
    { type: 'click', tMs: 5, item: second },
  ]);
  const last = (candidate: HistoryItem) => deviceValues(set, state, [candidate], 5)[heavy.indexOf('last')];
  expect(last(second)).toBeCloseTo(1, 6);
  expect(last(first)).toBeLessThan(0.99);
});

test('of events at one time, the greater id is the newer, in whatever order they come; one id counts once', () => {
  const [first, , second] = items as [HistoryItem, HistoryItem, HistoryItem];
  const events: HistoryEvent[] = [
    { id: 'e2', type: 'click', tMs: 5, item: second },
    { id: 'e1', type: 'click', tMs: 5, item: first },
  ];
  const read = (state: UserState) => [...deviceValues(set, state, [first, second], 6)];
  const state = streamed(events);
  expect(read(state)[heavy.length + heavy.indexOf('last')]).toBeCloseTo(1, 6);
  expect(read(streamed(events.toReversed()))).toEqual(read(state));
  expect(read(streamed(events, restoreUser(set, JSON.parse(JSON.stringify(userDocument(state))))!))).toEqual(read(state));
});

test('a state comes back from JSON with exactly the same values, now and after further events', () => {
  fc.assert(
    fc.property(log, log, (before, after) => {
      const state = streamed(before);
      const restored = restoreUser(set, JSON.parse(JSON.stringify(userDocument(state))))!;
      expect(values(restored)).toEqual(values(state));
      expect(values(streamed(after, restored))).toEqual(values(streamed(after, state)));
    }),
  );
});

test('structured clone keeps a state too', () => {
  const state = streamed(fc.sample(log, { numRuns: 1, seed: 7 })[0]!);
  expect(values(structuredClone(state))).toEqual(values(state));
});

test('a state of another feature set is refused, not misread', () => {
  const other = openFeatureSet(createFeatureSet({ definitions: [...definitions, hour], light: ['hour'], heavy: ['clicks'] }));
  const state = createUserState(other);
  expect(restoreUser(set, userDocument(state))).toBeUndefined();
  expect(() => deviceValues(set, state, items, 0)).toThrow(`state ${state.hash}, features ${set.hash}`);
});

test('memory is bounded, whatever the number of events and items', () => {
  const state = createUserState(set);
  const windows = 3 + 5 + 2 + 4 + 3 + 3 + 6 + 4;
  const item = (i: number): HistoryItem => ({ id: `item-${i}` as ItemId, categories: [`c${i}`] });
  const bytes: number[] = [];
  for (let i = 0; i < 8000; i++) {
    updateUser(set, state, { type: eventTypes[i % eventTypes.length]!, tMs: i, item: item(i) });
    expect(state.history.length).toBeLessThanOrEqual(2 * windows);
    if (i >= 5000 && i % 5 === 0) bytes.push(JSON.stringify(userDocument(state)).length);
  }
  expect(state.items.size).toBeLessThanOrEqual(limit.historyEvents);
  // It breathes with the pruning, and does not grow.
  expect(Math.max(...bytes.slice(300))).toBeLessThan(1.01 * Math.max(...bytes.slice(0, 300)));
});

test('own counts forget the item that was touched longest ago', () => {
  const state = createUserState(set);
  const item = (i: number): HistoryItem => ({ id: `item-${i}` as ItemId, categories: [] });
  const touch = (i: number) => updateUser(set, state, { type: 'click', tMs: i, item: item(i) });
  for (let i = 0; i < limit.historyEvents; i++) touch(i);
  touch(0);
  touch(limit.historyEvents);
  const own = deviceValues(set, state, [item(0), item(1), item(2)], 0).filter(
    (_, i) => i % heavy.length === heavy.indexOf('own'),
  );
  expect([...own]).toEqual([2, 0, 1]);
});
