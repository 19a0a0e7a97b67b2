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
  expect(set.columns).toEqual({ light: [1, 0], heavy: [2, 0, 1] });
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
const crossed = (of: readonly string[]) =>
  ({ name: 'crossed', entity: 'cross', cross: 'ratio', of, placement: 'edge' }) as unknown as FeatureDefinition;
const seed = {
  name: 'seed',
  entity: 'candidate',
  seeds: { dot: 'mean', last: 10 },
  placement: 'edge',
} satisfies FeatureDefinition;
const leak = { ...cosine, name: 'clicks', placement: 'edge' } as unknown as FeatureDefinition;
const odd = (change: object, of: FeatureDefinition = clicks) => ({
  definitions: [price, hour, { ...of, ...change } as FeatureDefinition],
});

test.each<[string, Partial<FeatureSetParts>, RegExp]>([
  ['a device feature for the light ranker', { light: ['price', 'clicks'] }, /clicks.*never leaves the device/],
  [
    'a user feature that claims to be served',
    { definitions: [price, leak, hour] },
    /clicks: placement must be device for a feature of this kind, not edge/,
  ],
  ['a ranker with an undefined feature', { heavy: ['other'] }, /heavy ranker takes other, which is not defined/],
  ['a ranker that takes a feature twice', { heavy: ['price', 'price'] }, /twice/],
  ['a ranker without features', { light: [] }, /light ranker takes no feature/],
  ['two features of one name', { definitions: [price, price, clicks, hour] }, /price: defined twice/],
  ['a name that would break a list of names', { definitions: [{ ...price, name: 'a,b' }] }, /feature a,b: name must be a letter/],
  ['an unknown event type', { definitions: [{ ...clicks, events: ['look' as 'click'] }] }, /unknown event type look/],
  ['no event type', { definitions: [{ ...clicks, events: [] }] }, /events is empty/],
  ['an endless window', { definitions: [{ ...cosine, last: 1000 }] }, /last must be an integer from 1 to 200/],
  [
    'more seeds than a request has',
    { definitions: [{ ...seed, seeds: { match: 'brand', last: 11 } }] },
    /last must be an integer from 1 to 10/,
  ],
  [
    'seeds on the device',
    { definitions: [{ ...seed, placement: 'device' } as unknown as FeatureDefinition] },
    /placement must be edge/,
  ],
  [
    'seeds compared by nothing',
    { definitions: [{ ...seed, seeds: { last: 3 } } as unknown as FeatureDefinition] },
    /price has the unknown comparison/,
  ],
  ['the logarithm of a product with seeds', { definitions: [{ ...seed, transform: 'log1p' }] }, /no log1p/],
  ['a decay above 1', { definitions: [{ ...cosine, decay: 1.1 }] }, /decay must be/],
  ['the logarithm of a cosine', { definitions: [{ ...cosine, transform: 'log1p' }] }, /no log1p/],
  [
    'a half-life of 0',
    { definitions: [{ ...clicks, aggregate: { kind: 'decayedCount', halfLifeSeconds: 0 } }] },
    /clicks: aggregate is wrong: halfLifeSeconds must be a number > 0/,
  ],
  [
    'an unknown aggregate',
    { definitions: [{ ...clicks, aggregate: { kind: 'median' } as unknown as { kind: 'count' } }] },
    /unknown aggregate median/,
  ],
  [
    'a window of half seconds',
    odd({ aggregate: { kind: 'count', windowSeconds: 1.5 } }),
    /windowSeconds must be an integer from 1 to 315360000/,
  ],
  [
    'a misspelt window',
    odd({ aggregate: { kind: 'count', windowSecond: 60 } }),
    /aggregate is wrong: unknown field windowSecond/,
  ],
  ['a misspelt field', odd({ ttl: 60 }), /clicks: unknown field ttl/],
  ['a filter of nothing known', odd({ where: { price: 3 } }), /where is wrong: unknown field price/],
  ['a default that is no number', odd({ default: Number.NaN }), /default must be a number/],
  ['a rate of nothing', odd({ aggregate: { kind: 'rate', of: [], prior: 0, strength: 1 } }), /of is empty/],
  ['a text that no event has', odd({ aggregate: { kind: 'distinct', of: 'price' } }), /of has the unknown text price/],
  ['a session on the device', odd({ entity: 'session' }), /placement must be edge for a feature of this kind, not device/],
  ['a named entity without its name', odd({ entity: 'named', placement: 'edge' }), /key must be a letter/],
  [
    'a surface on the device',
    odd({ where: { surface: 'home' } }),
    /clicks: where surface is not on the device.*placement must be edge/,
  ],
  ['a quantity on the device', odd({ aggregate: { kind: 'sum', of: 'quantity' } }), /clicks: of quantity is not on the device/],
  ['sessions on the device', odd({ aggregate: { kind: 'distinct', of: 'session' } }), /clicks: of session is not on the device/],
  [
    'a named entity on the device',
    odd({ entity: 'userItem', aggregate: { kind: 'distinct', of: 'entities.card' } }),
    /clicks: of entities.card is not on the device/,
  ],
  ['an unknown entity', odd({ entity: 'shop' }), /unknown entity shop: one of item, user/],
  ['a category without a way to a number', odd({ attribute: 'brand' }, price), /price: hashBuckets must be an integer/],
  ['a country without a list', odd({ context: 'country' }, hour), /oneOf must be a list/],
  ['a list with a value twice', odd({ context: 'country', oneOf: ['DE', 'DE'] }, hour), /oneOf has a value twice/],
  [
    'a bucket beyond the last',
    odd({ attribute: 'title', hashBuckets: 4, bucket: 4 }, price),
    /bucket must be an integer from 0 to 3/,
  ],
  [
    'a feature of no kind',
    { definitions: [price, hour, { name: 'clicks', entity: 'user' } as never] },
    /clicks: is of no kind that is known/,
  ],
  [
    'a cross of what comes later',
    { definitions: [crossed(['price', 'hour']), price, hour, clicks] },
    /price is not defined before it/,
  ],
  ['a cross of one', { definitions: [price, hour, clicks, crossed(['price'])] }, /of must be two names/],
  [
    'a cross that would carry a device value off the device',
    { definitions: [price, hour, clicks, crossed(['price', 'clicks'])] },
    /crossed: placement must be device, as of what it is made of, not edge/,
  ],
])('refuses %s', (_, change, message) => {
  expect(() => createFeatureSet({ ...parts, ...change })).toThrow(message);
});

test('a document whose names do not add up is not opened', () => {
  const document = createFeatureSet(parts);
  expect(() => openFeatureSet({ ...document, heavy: ['price', 'other'] })).toThrow(/other is not defined/);
  expect(() => openFeatureSet({ ...document, light: ['clicks'] })).toThrow(/light ranker takes a device feature/);
});

test.each<[string, object]>([
  ['a value', { aggregate: { kind: 'max', of: 'value' }, where: { minValue: 1 } }],
  ['a price', { aggregate: { kind: 'last', nth: 1, of: 'price' } }],
  ['items', { aggregate: { kind: 'distinct', of: 'item' } }],
  ['a rate', { aggregate: { kind: 'rate', of: ['click'], prior: 0, strength: 1 } }],
  ['a surface at the edge', { where: { surface: 'home' }, placement: 'edge' }],
])('takes %s of a visitor', (_, change) => {
  expect(() => createFeatureSet({ ...parts, ...odd(change), light: ['price'] })).not.toThrow();
});

test('says all that is wrong at once, a line each', () => {
  const wrong = { ...clicks, events: ['look', 'click'], transform: 'sqrt' } as unknown as FeatureDefinition;
  const message = () =>
    createFeatureSet({ definitions: [price, wrong, { ...hour, context: 'year' } as never], light: [], heavy: ['x'] });
  expect(message).toThrow(
    [
      'feature clicks: transform has the unknown transform sqrt: one of none, log1p',
      'feature clicks: events has the unknown event type look: one of impression, view, click, skip, dwell, cart, purchase, play, rating, hide, conversion',
      'feature hour: context has the unknown context year: one of hour, weekday, deviceClass, country, surface, position',
      'feature set: the light ranker takes no feature',
      'feature set: the heavy ranker takes x, which is not defined',
    ].join('\n'),
  );
});
