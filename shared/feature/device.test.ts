import { expect, test } from 'vitest';
import type { ItemId } from '../contract/id.ts';
import { createFeatureSet } from './create.ts';
import type { FeatureDefinition, FeatureSetDocument } from './definition.ts';
import { deviceValues } from './device.ts';
import { openFeatureSet } from './set.ts';
import { createUserState, type HistoryItem, updateUser } from './user.ts';

const device = { events: ['click'], placement: 'device' } as const;
const price: FeatureDefinition = { name: 'price', entity: 'item', attribute: 'price', placement: 'catalog' };

function setOf(...definitions: FeatureDefinition[]) {
  return openFeatureSet(
    createFeatureSet({ definitions: [price, ...definitions], light: ['price'], heavy: definitions.map(({ name }) => name) }),
  );
}
const item = (id: string, rest: Partial<HistoryItem> = {}): HistoryItem => ({ id: id as ItemId, categories: [], ...rest });

/** Values of one feature after clicks on these items, for each candidate. */
function valuesOf(definition: FeatureDefinition, history: readonly HistoryItem[], candidates: readonly HistoryItem[]): number[] {
  const set = setOf(definition);
  const state = createUserState(set);
  for (const [tMs, one] of history.entries()) updateUser(set, state, { type: 'click', tMs, item: one });
  return [...deviceValues(set, state, candidates, history.length)];
}

const match: FeatureDefinition = { name: 'm', entity: 'userItem', match: { attribute: 'categories', last: 10 }, ...device };
const cosine = (kind: 'last' | 'mean' | 'max', last = 10): FeatureDefinition => ({
  name: 'c',
  entity: 'userItem',
  cosine: kind,
  last,
  ...device,
});
const east = item('east', { vector: Float32Array.of(3, 0) });
const north = item('north', { vector: Float32Array.of(0, 0.5) });

test('match: shares of the history, and no value without a category on either side', () => {
  const history = [item('x', { categories: ['drama', 'crime'] }), item('y', { categories: ['drama'] }), item('z')];
  const candidates = [['drama'], ['crime'], ['drama', 'crime', 'drama'], ['western'], []].map((categories) =>
    item('c', { categories }),
  );
  expect(valuesOf(match, history, candidates)).toEqual([0.75, 0.25, 1, 0, Number.NaN]);
  expect(valuesOf(match, [item('z')], candidates)).toEqual(candidates.map(() => Number.NaN));
});

test('cosine: last, mean and max of the history; length plays no part', () => {
  const found = (kind: 'last' | 'mean' | 'max') => valuesOf(cosine(kind), [east, north], [east, north]);
  expect(found('last')).toEqual([0, 1]);
  expect(found('max')).toEqual([1, 1]);
  expect(found('mean')[0]).toBeCloseTo(Math.SQRT1_2, 6);
  const decayed = { ...cosine('mean'), decay: 0.5 } as FeatureDefinition;
  expect(valuesOf(decayed, [east, north], [north])[0]).toBeCloseTo(1 / Math.hypot(1, 0.5), 6);
});

test('cosine: missing without a direction on either side', () => {
  const nowhere = item('nowhere', { vector: Float32Array.of(0, 0) });
  expect(valuesOf(cosine('max'), [east], [item('none'), nowhere, east])).toEqual([Number.NaN, Number.NaN, 1]);
  expect(valuesOf(cosine('max'), [nowhere, item('none')], [east])).toEqual([Number.NaN]);
  expect(valuesOf(cosine('mean'), [east, item('west', { vector: Float32Array.of(-1, 0) })], [east])).toEqual([Number.NaN]);
});

test('cosine: an event without a vector takes a place of the window', () => {
  expect(valuesOf(cosine('last', 1), [east, item('none')], [east])).toEqual([Number.NaN]);
  expect(valuesOf(cosine('last', 2), [east, item('none')], [east])).toEqual([1]);
});

test('cosine: vectors of another release or dimension are not compared', () => {
  const old = item('old', { vector: Float32Array.of(1, 0), space: 'r1' });
  const now = item('now', { vector: Float32Array.of(1, 0), space: 'r2' });
  const wide = item('wide', { vector: Float32Array.of(1, 0, 0), space: 'r2' });
  for (const kind of ['last', 'mean', 'max'] as const)
    expect(valuesOf(cosine(kind), [old, now], [now, wide, old])).toEqual([1, Number.NaN, 1]);
  expect(valuesOf(cosine('last'), [now, old], [now])).toEqual([1]);
});

test('price distance: of logarithms; missing without a price above 0 on either side', () => {
  const distance: FeatureDefinition = { name: 'p', entity: 'userItem', priceDistance: { last: 5 }, ...device };
  const history = [item('a', { price: 10 }), item('b', { price: 1000 }), item('free', { price: 0 }), item('none')];
  const found = valuesOf(distance, history, [item('c', { price: 100 }), item('d', { price: 10 }), item('free', { price: 0 })]);
  expect(found[0]).toBeCloseTo(0, 6);
  expect(found[1]).toBeCloseTo(Math.log(10), 6);
  expect(found[2]).toBeNaN();
  expect(valuesOf(distance, [item('none')], [item('c', { price: 1 })])).toEqual([Number.NaN]);
});

test('a feature that this build does not know is an error, not a missing value', () => {
  const unknown = { name: 'new', entity: 'session', placement: 'device' } as unknown as FeatureDefinition;
  const document: FeatureSetDocument = {
    version: 1,
    hash: 'f'.repeat(64),
    definitions: [price, unknown],
    light: ['price'],
    heavy: ['new'],
  };
  const set = openFeatureSet(document);
  expect(() => deviceValues(set, createUserState(set), [east], 0)).toThrow(/new is no device feature that this build knows/);
});
