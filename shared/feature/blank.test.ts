import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ItemId } from '../contract/id.ts';
import { aggregateValue, createAggregate, updateAggregate } from './aggregate/aggregate.ts';
import { emptyValue } from './aggregate/empty.ts';
import { aggregateArbitrary } from './arbitrary.case.ts';
import { blankValues } from './blank.ts';
import { createFeatureSet } from './create.ts';
import type { FeatureDefinition } from './definition.ts';
import { deviceValues } from './device.ts';
import { isOnDevice } from './on-device.ts';
import { type FeatureSet, openFeatureSet } from './set.ts';
import { createUserState, type HistoryItem, updateUser } from './user.ts';

const price: FeatureDefinition = { name: 'price', entity: 'item', attribute: 'price', placement: 'catalog' };
const device = { events: ['click'], placement: 'device' } as const;

function setOf(definitions: readonly FeatureDefinition[]): FeatureSet {
  const heavy = definitions.map(({ name }) => name);
  return openFeatureSet(createFeatureSet({ definitions: [price, ...definitions], light: ['price'], heavy }));
}

const ofHistory = fc
  .constantFrom(
    { match: { attribute: 'categories', last: 10 } } as const,
    { cosine: 'mean', last: 3, decay: 0.9 } as const,
    { dot: 'max', last: 3 } as const,
    { priceDistance: { last: 5 } } as const,
  )
  .map((kind) => ({ entity: 'userItem' as const, ...kind, ...device }));
const ofEvents = fc
  .tuple(fc.constantFrom('user' as const, 'userItem' as const), aggregateArbitrary)
  .map(([entity, aggregate]) => ({ entity, aggregate, ...device }))
  .filter(isOnDevice);
const ofDeeds = { entity: 'user' as const, aggregate: { kind: 'timeSince' as const }, ...device };
const rules = fc.record({ default: fc.constantFrom(-1, 0, 7), ttlSeconds: fc.constant(60) }, { requiredKeys: [] });
const logged = fc
  .constantFrom(undefined, 7)
  .map((value) => ({ ...ofDeeds, transform: 'log1p' as const, ...(value === undefined ? {} : { default: value }) }));
const definitions = fc
  .array(fc.oneof(fc.tuple(fc.oneof(ofHistory, ofEvents), rules), fc.tuple(logged, fc.constant({}))), {
    minLength: 1,
    maxLength: 6,
  })
  .map((list) =>
    list.map(([feature, rest], i) => {
      const { ttlSeconds, ...others } = rest as { ttlSeconds?: number };
      const aged = 'aggregate' in feature && ttlSeconds !== undefined ? { ttlSeconds } : {};
      return { name: `f${i}`, ...feature, ...others, ...aged } as FeatureDefinition;
    }),
  );

const candidates: HistoryItem[] = [
  { id: 'a' as ItemId, categories: ['x'], price: 3, vector: Float32Array.of(1, 2), space: 'r' },
  { id: 'b' as ItemId, categories: [] },
];

test('a visitor without events, and one whose events count for no feature, have the blank values', () => {
  fc.assert(
    fc.property(definitions, (list) => {
      const set = setOf(list);
      const state = createUserState(set);
      const blank = blankValues(set, candidates.length);
      expect(deviceValues(set, state, candidates, 9)).toEqual(blank);
      updateUser(set, state, { type: 'hide', tMs: 5, item: candidates[0] as HistoryItem });
      if (!JSON.stringify(list).includes('hide')) expect(deviceValues(set, state, candidates, 9)).toEqual(blank);
    }),
  );
});

test('an aggregate whose window has nothing left is as it was before its first event', () => {
  const item = { ...candidates[0], id: 'a' as ItemId, categories: ['a'], brand: 'x', price: 3 };
  fc.assert(
    fc.property(
      aggregateArbitrary.filter((aggregate) => 'windowSeconds' in aggregate),
      (aggregate) => {
        const feature = { aggregate, events: ['click'] as const };
        const state = createAggregate();
        expect(aggregateValue(feature, state, 0)).toBe(emptyValue(aggregate.kind));
        updateAggregate(feature, state, {
          type: 'click',
          tMs: 1000,
          id: 'e',
          item,
          value: 4,
          quantity: 2,
          user: 'u',
          session: 's',
        });
        expect(aggregateValue(feature, state, 1e12)).toBe(emptyValue(aggregate.kind));
      },
    ),
  );
});

test('what this build does not know is an error, not a missing value', () => {
  const opened = (feature: object) =>
    openFeatureSet({
      version: 1,
      hash: 'f'.repeat(64),
      definitions: [price, { name: 'new', placement: 'device', ...feature } as FeatureDefinition],
      light: ['price'],
      heavy: ['new'],
    });
  expect(() => blankValues(opened({ entity: 'session' }), 1)).toThrow(/new is no device feature that this build knows/);
  for (const kind of ['median', 'toString'])
    expect(() => blankValues(opened({ entity: 'user', aggregate: { kind }, events: ['click'] }), 1)).toThrow(
      `unknown aggregate ${kind}`,
    );
});
