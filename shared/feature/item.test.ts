import { expect, test } from 'vitest';
import { createFeatureSet } from './create.ts';
import type { FeatureDefinition } from './definition.ts';
import { catalogValues, createItemState, type ItemState, updateItem } from './item.ts';
import { openFeatureSet } from './set.ts';

const definitions: readonly FeatureDefinition[] = [
  {
    name: 'clicks',
    entity: 'item',
    aggregate: { kind: 'count' },
    events: ['click', 'play'],
    transform: 'log1p',
    placement: 'catalog',
  },
  { name: 'price', entity: 'item', attribute: 'price', placement: 'catalog' },
  {
    name: 'stars',
    entity: 'item',
    aggregate: { kind: 'mean', prior: 3, strength: 1 },
    events: ['rating'],
    placement: 'catalog',
  },
  { name: 'unused', entity: 'item', aggregate: { kind: 'count' }, events: ['hide'], placement: 'catalog' },
];
const names = ['clicks', 'price', 'stars'];
const set = openFeatureSet(createFeatureSet({ definitions, light: names, heavy: names }));

test('a row holds the used catalogue features of the item, transformed, as of the events that were added', () => {
  const state = createItemState(set);
  expect(catalogValues(set, state, {}, 0)).toEqual(Float32Array.of(0, Number.NaN, Number.NaN));
  updateItem(set, state, { type: 'click', tMs: 1 });
  updateItem(set, state, { type: 'play', tMs: 2, value: 90 });
  updateItem(set, state, { type: 'rating', tMs: 3, value: 5 });
  updateItem(set, state, { type: 'impression', tMs: 4 });
  expect(catalogValues(set, state, { price: 7.5 }, 4)).toEqual(Float32Array.of(Math.log(3), 7.5, 4));
  const restored = JSON.parse(JSON.stringify(state)) as ItemState;
  expect(catalogValues(set, restored, { price: 7.5 }, 4)).toEqual(catalogValues(set, state, { price: 7.5 }, 4));
});

test('a negative value has no log1p: it is missing', () => {
  const logPrice: FeatureDefinition = {
    name: 'price',
    entity: 'item',
    attribute: 'price',
    transform: 'log1p',
    placement: 'catalog',
  };
  const logs = openFeatureSet(createFeatureSet({ definitions: [logPrice], light: ['price'], heavy: ['price'] }));
  const value = (price: number) => catalogValues(logs, createItemState(logs), { price }, 0)[0];
  expect([value(0), value(-0.5), value(-2)]).toEqual([0, Number.NaN, Number.NaN]);
});

test('a stale aggregate is missing or its default; attributes are of the item', () => {
  const of: readonly FeatureDefinition[] = [
    { name: 'hot', entity: 'item', aggregate: { kind: 'count' }, events: ['click'], ttlSeconds: 10, placement: 'catalog' },
    {
      name: 'orNone',
      entity: 'item',
      aggregate: { kind: 'count' },
      events: ['click'],
      ttlSeconds: 10,
      default: -1,
      placement: 'catalog',
    },
    { name: 'drama', entity: 'item', attribute: 'categories', has: 'Drama', placement: 'catalog' },
  ];
  const light = of.map(({ name }) => name);
  const rules = openFeatureSet(createFeatureSet({ definitions: of, light, heavy: light }));
  const state = createItemState(rules);
  updateItem(rules, state, { type: 'click', tMs: 1000 });
  expect([...catalogValues(rules, state, { categories: ['Drama'] }, 11_000)]).toEqual([1, 1, 1]);
  expect([...catalogValues(rules, state, {}, 11_001)]).toEqual([Number.NaN, -1, Number.NaN]);
});
