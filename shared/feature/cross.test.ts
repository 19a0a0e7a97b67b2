import { expect, test } from 'vitest';
import { assemble } from './assemble.ts';
import { createFeatureSet } from './create.ts';
import type { FeatureDefinition } from './definition.ts';
import { openFeatureSet } from './set.ts';
import { newServedValues, type ServedValues } from './values.ts';

const price: FeatureDefinition = { name: 'price', entity: 'item', attribute: 'price', placement: 'catalog' };
const hour: FeatureDefinition = { name: 'hour', entity: 'context', context: 'hour', placement: 'edge' };
const clicks: FeatureDefinition = {
  name: 'clicks',
  entity: 'user',
  aggregate: { kind: 'count' },
  events: ['click'],
  placement: 'device',
};
const cross = (name: string, kind: 'product' | 'ratio' | 'difference', of: readonly [string, string], rest: object = {}) =>
  ({ name, entity: 'cross', cross: kind, of, placement: 'edge', ...rest }) as FeatureDefinition;
const definitions = [
  price,
  hour,
  clicks,
  cross('product', 'product', ['price', 'hour']),
  cross('ratio', 'ratio', ['price', 'hour']),
  cross('difference', 'difference', ['hour', 'price'], { transform: 'log1p', default: 0 }),
  cross('nested', 'difference', ['product', 'ratio']),
  cross('private', 'product', ['price', 'clicks'], { placement: 'device' }),
];
const light = ['ratio', 'product', 'difference', 'nested'];
const heavy = ['private', 'hour', 'nested'];
const set = openFeatureSet(createFeatureSet({ definitions, light, heavy }));

/** [price, hour] of each candidate. */
const served = Object.assign(newServedValues(8), [12, 3, 5, 0, Number.NaN, 2, 2, 10]) as ServedValues;

test('a cross is made where the input is put together, of features that no ranker needs to take itself', () => {
  expect(set).toMatchObject({ served: ['price', 'hour'], device: ['clicks'], catalog: ['price'] });
  expect(set.definitionOf.edge).toEqual([hour]);
  expect(assemble(set, 'light', 4, served)).toEqual(
    Float32Array.from([
      ...[4, 36, Number.NaN, 32],
      // No ratio to 0, and none to what is missing; a missing difference is its default.
      ...[Number.NaN, 0, Number.NaN, Number.NaN],
      ...[Number.NaN, Number.NaN, 0, Number.NaN],
      ...[Math.fround(0.2), 20, Math.log1p(8), Math.fround(20 - Math.fround(0.2))],
    ]),
  );
});

test('a cross with a device value is there when the device is', () => {
  expect(assemble(set, 'heavy', 4, served, Float32Array.of(2, 3, 4, 5))).toEqual(
    Float32Array.from([24, 3, 32, 15, 0, Number.NaN, Number.NaN, 2, Number.NaN, 10, 10, Math.fround(20 - Math.fround(0.2))]),
  );
  expect(assemble(set, 'heavy', 4, served)[0]).toBeNaN();
});

test('the light ranker cannot take one', () => {
  const document = createFeatureSet({ definitions, light, heavy });
  expect(() => createFeatureSet({ definitions, light: ['private'], heavy })).toThrow(/private: a device value never leaves/);
  expect(() => openFeatureSet({ ...document, light: ['private'] })).toThrow(/light ranker takes a device feature/);
});
