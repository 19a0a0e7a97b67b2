import { expect, test } from 'vitest';
import { createFeatureSet } from '../../shared/feature/create.ts';
import { openFeatureSet } from '../../shared/feature/set.ts';
import { categoricalOf } from './categorical.ts';

test('codes of brands, countries and devices are categories; numbers, and codes that are transformed, are not', () => {
  const catalog = { entity: 'item', placement: 'catalog' } as const;
  const context = { entity: 'context', placement: 'edge' } as const;
  const definitions = [
    { name: 'price', ...catalog, attribute: 'price' },
    { name: 'brand', ...catalog, attribute: 'brand', hashBuckets: 64 },
    { name: 'first', ...catalog, attribute: 'categories', oneOf: ['a', 'b'] },
    { name: 'isWar', ...catalog, attribute: 'categories', has: 'war' },
    { name: 'word', ...catalog, attribute: 'title', hashBuckets: 8, bucket: 3 },
    { name: 'hour', ...context, context: 'hour' },
    { name: 'weekday', ...context, context: 'weekday' },
    { name: 'device', ...context, context: 'deviceClass' },
    { name: 'country', ...context, context: 'country', oneOf: ['DE', 'FR'] },
    { name: 'countryLog', ...context, context: 'country', oneOf: ['DE', 'FR'], transform: 'log1p' },
  ] as const;
  const names = definitions.map(({ name }) => name);
  const light = ['country', 'price', 'brand', 'hour'];
  const set = openFeatureSet(createFeatureSet({ definitions, light, heavy: names }));
  expect(categoricalOf(set, 'light')).toEqual([0, 2]);
  expect(categoricalOf(set, 'heavy').map((column) => names[column])).toEqual(['brand', 'first', 'weekday', 'device', 'country']);
});
