import { expect, test } from 'vitest';
import { createFeatureSet, type FeatureSetParts } from './create.ts';
import type { FeatureDefinition } from './definition.ts';
import { openFeatureSet } from './set.ts';

const price: FeatureDefinition = { name: 'price', entity: 'item', attribute: 'price', placement: 'catalog' };
const hour: FeatureDefinition = { name: 'hour', entity: 'context', context: 'hour', placement: 'edge' };
const clicks: FeatureDefinition = {
  name: 'clicks',
  entity: 'user',
  aggregate: { kind: 'count' },
  events: ['click'],
  placement: 'device',
};
const age: FeatureDefinition = { name: 'age', entity: 'item', age: true, placement: 'edge' };
const parts: FeatureSetParts = {
  definitions: [price, clicks, hour, age],
  light: ['hour', 'price'],
  heavy: ['clicks', 'price', 'hour'],
};

test('the hash depends on what a set says and on nothing else', () => {
  const { hash } = createFeatureSet(parts);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  const { placement, attribute, entity, name } = price as typeof price & {
    attribute: 'price';
    entity: 'item';
    placement: 'catalog';
  };
  const reordered = { placement, attribute, entity, name };
  expect(createFeatureSet({ ...parts, definitions: [reordered, clicks, hour, age] }).hash).toBe(hash);
  const others = [
    { ...parts, light: ['price', 'hour'] },
    { ...parts, heavy: ['price', 'hour'] },
    { ...parts, definitions: [price, hour, clicks, age] },
    { ...parts, definitions: [{ ...price, transform: 'log1p' as const }, clicks, hour, age] },
  ];
  expect(new Set([hash, ...others.map((other) => createFeatureSet(other).hash)]).size).toBe(5);
});

test('an opened set names what the edge serves and the device fills, in definition order, used ones only', () => {
  const set = openFeatureSet(JSON.parse(JSON.stringify(createFeatureSet(parts))));
  expect(set).toMatchObject({ served: ['price', 'hour'], device: ['clicks'], catalog: ['price'] });
  expect(set.columns).toEqual({ light: [1, 0], heavy: [-1, 0, 1] });
});

const cosine: FeatureDefinition = {
  name: 'cosine',
  entity: 'userItem',
  cosine: 'mean',
  last: 10,
  decay: 0.9,
  events: ['click'],
  placement: 'device',
};
const leak = { ...clicks, placement: 'edge' } as unknown as FeatureDefinition;

test.each<[string, Partial<FeatureSetParts>, RegExp]>([
  ['a device feature for the light ranker', { light: ['price', 'clicks'] }, /clicks.*never leaves the device/],
  ['a user feature that claims to be served', { definitions: [price, leak, hour] }, /clicks.*placement device, not edge/],
  ['a ranker with an undefined feature', { heavy: ['other'] }, /heavy ranker takes other, which is not defined/],
  ['a ranker that takes a feature twice', { heavy: ['price', 'price'] }, /twice/],
  ['a ranker without features', { light: [] }, /light ranker takes no feature/],
  ['two features of one name', { definitions: [price, price, clicks, hour] }, /price: defined twice/],
  ['a name that would break a list of names', { definitions: [{ ...price, name: 'a,b' }] }, /a,b: a name is/],
  ['an unknown event type', { definitions: [{ ...clicks, events: ['look' as 'click'] }] }, /unknown event type look/],
  ['no event type', { definitions: [{ ...clicks, events: [] }] }, /events is empty/],
  ['an endless window', { definitions: [{ ...cosine, last: 1000 }] }, /last must be an integer from 1 to 200/],
  ['a decay above 1', { definitions: [{ ...cosine, decay: 1.1 }] }, /decay must be/],
  ['the logarithm of a cosine', { definitions: [{ ...cosine, transform: 'log1p' }] }, /no log1p/],
  [
    'a half-life of 0',
    { definitions: [{ ...clicks, aggregate: { kind: 'decayedCount', halfLifeSeconds: 0 } }] },
    /halfLifeSeconds must be > 0/,
  ],
  [
    'an unknown aggregate',
    { definitions: [{ ...clicks, aggregate: { kind: 'median' } as unknown as { kind: 'count' } }] },
    /unknown aggregate median/,
  ],
])('refuses %s', (_, change, message) => {
  expect(() => createFeatureSet({ ...parts, ...change })).toThrow(message);
});

test('a document whose names do not add up is not opened', () => {
  const document = createFeatureSet(parts);
  expect(() => openFeatureSet({ ...document, heavy: ['price', 'other'] })).toThrow(/other is not defined/);
  expect(() => openFeatureSet({ ...document, light: ['clicks'] })).toThrow(/light ranker takes a device feature/);
});
