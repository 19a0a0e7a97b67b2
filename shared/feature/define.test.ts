import { expect, test } from 'vitest';
import config from '../../vitrine.config.ts';
import { createFeatureSet } from './create.ts';
import { defineFeatures, textHash } from './define.ts';

test('a record of features is a list of definitions, in order', () => {
  const definitions = defineFeatures({
    price: { entity: 'item', attribute: 'price', placement: 'catalog' },
    ...textHash('title', { name: 'title', hashBuckets: 3, transform: 'log1p' }),
    spent: {
      entity: 'user',
      aggregate: { kind: 'sum', windowSeconds: 86_400 },
      events: ['purchase'],
      where: { surface: 'home', minValue: 1 },
      ttlSeconds: 3600,
      default: 0,
      placement: 'edge',
    },
    cards: {
      entity: 'named',
      key: 'device',
      aggregate: { kind: 'distinct', of: 'entities.card' },
      events: ['purchase'],
      placement: 'edge',
    },
    dear: { entity: 'cross', cross: 'ratio', of: ['price', 'spent'], placement: 'edge' },
  });
  const names = definitions.map(({ name }) => name);
  expect(names).toEqual(['price', 'title0', 'title1', 'title2', 'spent', 'cards', 'dear']);
  expect(definitions[2]).toEqual({
    name: 'title1',
    entity: 'item',
    attribute: 'title',
    hashBuckets: 3,
    bucket: 1,
    transform: 'log1p',
    placement: 'catalog',
  });
  expect(createFeatureSet({ definitions, light: names, heavy: names }).definitions).toBe(definitions);
});

test('what is wrong does not compile', () => {
  const count = { kind: 'count' } as const;
  const user = { entity: 'user', placement: 'device' } as const;
  const wrong = [
    // @ts-expect-error: no such event type
    defineFeatures({ a: { ...user, aggregate: count, events: ['look'] } }),
    // @ts-expect-error: a misspelt event type among right ones
    defineFeatures({ a: { ...user, aggregate: count, events: ['click', 'impresion'] } }),
    // @ts-expect-error: no such attribute
    defineFeatures({ a: { entity: 'item', attribute: 'colour', placement: 'catalog' } }),
    // @ts-expect-error: a category needs a way to a number
    defineFeatures({ a: { entity: 'item', attribute: 'brand', placement: 'catalog' } }),
    // @ts-expect-error: no such placement
    defineFeatures({ a: { entity: 'user', aggregate: count, events: ['click'], placement: 'server' } }),
    // @ts-expect-error: an item's events are not on the device
    defineFeatures({ a: { entity: 'item', aggregate: count, events: ['click'], placement: 'device' } }),
    // @ts-expect-error: history never leaves the device
    defineFeatures({ a: { entity: 'userItem', cosine: 'mean', last: 5, events: ['click'], placement: 'edge' } }),
    // @ts-expect-error: no such aggregate
    defineFeatures({ a: { ...user, aggregate: { kind: 'median' }, events: ['click'] } }),
    // @ts-expect-error: decayedCount needs its half-life
    defineFeatures({ a: { ...user, aggregate: { kind: 'decayedCount' }, events: ['click'] } }),
    // @ts-expect-error: velocity is of a window
    defineFeatures({ a: { ...user, aggregate: { kind: 'velocity' }, events: ['click'] } }),
    // @ts-expect-error: a rate is of event types
    defineFeatures({ a: { ...user, aggregate: { kind: 'rate', of: ['clic'], prior: 0, strength: 1 }, events: ['impression'] } }),
    // @ts-expect-error: events have no such number
    defineFeatures({ a: { ...user, aggregate: { kind: 'sum', of: 'weight' }, events: ['click'] } }),
    // @ts-expect-error: a device does not keep where something happened
    defineFeatures({ a: { ...user, aggregate: count, events: ['click'], where: { surface: 'home' } } }),
    // @ts-expect-error: nor how many were bought
    defineFeatures({ a: { ...user, aggregate: { kind: 'sum', of: 'quantity' }, events: ['purchase'] } }),
    // @ts-expect-error: nor in which sessions
    defineFeatures({ a: { ...user, aggregate: { kind: 'distinct', of: 'session' }, events: ['click'] } }),
    // @ts-expect-error: nor by which card
    defineFeatures({ a: { ...user, aggregate: { kind: 'distinct', of: 'entities.card' }, events: ['click'] } }),
    // @ts-expect-error: a named entity has a name
    defineFeatures({ a: { entity: 'named', aggregate: count, events: ['click'], placement: 'edge' } }),
    // @ts-expect-error: no such context
    defineFeatures({ a: { entity: 'context', context: 'moon', placement: 'edge' } }),
    defineFeatures({
      a: { entity: 'context', context: 'hour', placement: 'edge' },
      // @ts-expect-error: a cross of a name that is not there
      b: { entity: 'cross', cross: 'product', of: ['a', 'c'], placement: 'edge' },
    }),
    // @ts-expect-error: a cross in the catalogue
    defineFeatures({ a: { entity: 'cross', cross: 'product', of: ['a', 'a'], placement: 'catalog' } }),
  ];
  // What the compiler refuses is refused at run time as well.
  for (const definitions of wrong) {
    const names = definitions.map(({ name }) => name);
    expect(() => createFeatureSet({ definitions, light: names, heavy: names }), JSON.stringify(definitions)).toThrow(
      /feature [ab]: /,
    );
  }
});

test("the demo's configuration is a valid set", () => {
  const names = (of: typeof config.features) => of.map(({ name }) => name);
  const light = names(config.features.filter(({ placement }) => placement !== 'device'));
  expect(() => createFeatureSet({ definitions: config.features, light, heavy: names(config.features) })).not.toThrow();
});
