import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ItemId } from '../contract/id.ts';
import { exactBound, recentIds } from './aggregate/spec.ts';
import { logArbitrary, onlineArbitrary, timeArbitrary } from './arbitrary.case.ts';
import type { AggregateFeature, FeatureDefinition, ValueRules } from './definition.ts';
import {
  createEntity,
  type EntityState,
  entitiesOf,
  entityKey,
  entityPlan,
  readEntity,
  restoreEntity,
  updateEntity,
} from './entity.ts';
import type { FeatureEvent } from './event.ts';
import { isOf, referenceAgeMs, referenceValue } from './reference.case.ts';

const named = (feature: AggregateFeature & ValueRules, name = 'f'): FeatureDefinition => ({ name, ...feature });
const planOf = (feature: AggregateFeature & ValueRules) => entityPlan([named(feature)], feature);
const streamed = (feature: AggregateFeature, events: readonly FeatureEvent[], state = createEntity()): EntityState => {
  for (const event of events) updateEntity(planOf(feature), state, event);
  return state;
};

const keys = [['i0'], ['i1'], ['i4'], ['u0'], ['u1'], ['s0'], ['c0'], ['c1'], ['u0', 'i0'], ['u1', 'i2']] as const;

function expectSame(found: number, expected: number, what: string): void {
  if (Number.isNaN(expected)) expect(found, what).toBeNaN();
  else
    expect(Math.abs(found - expected), `${what}: ${found} is not ${expected}`).toBeLessThanOrEqual(
      1e-9 * (1 + Math.abs(expected)),
    );
}

test('streaming gives what the definition says of the whole log, as of any time', () => {
  fc.assert(
    fc.property(onlineArbitrary, logArbitrary, timeArbitrary, (feature, log, t) => {
      for (const key of keys) {
        const own = log.filter((event) => isOf(feature, key, event));
        const state = streamed(
          feature,
          own.filter(({ tMs }) => tMs < t),
        );
        const [reading] = readEntity(planOf(feature), state, t);
        expectSame(reading!.value, referenceValue(feature, own, t), key.join());
        expectSame(reading!.ageMs, referenceAgeMs(feature, own, t), `age of ${key.join()}`);
      }
    }),
    { numRuns: 3000, seed: 3 },
  );
});

test('a reading does not depend on what is read before, and goes on being right as events arrive', () => {
  fc.assert(
    fc.property(onlineArbitrary, logArbitrary, (feature, log) => {
      const state = createEntity();
      const arrived: FeatureEvent[] = [];
      let nowMs = 0;
      for (const event of log.filter(({ user }) => user === 'u0')) {
        arrived.push(event);
        updateEntity(planOf(feature), state, event);
        nowMs = Math.max(nowMs, event.tMs) + 1;
        const [reading] = readEntity(planOf(feature), state, nowMs);
        expectSame(reading!.value, referenceValue(feature, arrived, nowMs), `${arrived.length} events`);
      }
    }),
    { numRuns: 500, seed: 4 },
  );
});

test('JSON and structured clone keep a state exactly, in the middle of a stream too', () => {
  fc.assert(
    fc.property(onlineArbitrary, logArbitrary, logArbitrary, (feature, before, after) => {
      const state = streamed(feature, before);
      const restored = restoreEntity(planOf(feature), JSON.parse(JSON.stringify(state)) as EntityState)!;
      expect(restored).toEqual(state);
      expect(structuredClone(state)).toEqual(state);
      expect(streamed(feature, after, restored)).toEqual(streamed(feature, after, state));
    }),
    { numRuns: 500, seed: 5 },
  );
});

describe('memory', () => {
  const many = Array.from(
    { length: 20_000 },
    (_, i): FeatureEvent => ({
      id: `00000000-0000-7000-8000-${String(i).padStart(12, '0')}`,
      type: 'click',
      tMs: i * 997,
      value: i / 7,
      item: { id: `item-${i}` as ItemId, categories: [`c${i}`, 'a'] },
    }),
  );
  const of = (aggregate: AggregateFeature['aggregate']): AggregateFeature => ({
    entity: 'user',
    aggregate,
    events: ['click'],
    placement: 'edge',
  });

  test.each([
    [{ kind: 'sum' }, 4],
    [{ kind: 'decayedCount', halfLifeSeconds: 60 }, 2],
    [{ kind: 'mean', windowSeconds: 3600 }, 200],
    [{ kind: 'max', last: 200 }, 800],
    [{ kind: 'last', nth: 200 }, 800],
    [{ kind: 'share', attribute: 'categories', value: 'a', last: 50, windowSeconds: 60 }, 200],
    [{ kind: 'distinct', of: 'categories' }, 2 * exactBound],
    [{ kind: 'velocity', windowSeconds: 86_400 }, exactBound],
  ] as const)('of %o holds at most %i numbers, however many events', (aggregate, bound) => {
    const state = streamed(of(aggregate), many);
    expect(Object.values(state.aggregates)[0]!.cells.length).toBeLessThanOrEqual(bound);
    expect(state.ids.length).toBe(recentIds);
  });

  test('distinct and velocity stay at their bound, and are exact again when the window has passed', () => {
    const features = [of({ kind: 'distinct', of: 'item', windowSeconds: 3600 }), of({ kind: 'velocity', windowSeconds: 3600 })];
    for (const feature of features) {
      const state = streamed(feature, many);
      const at = (nowMs: number) => readEntity(planOf(feature), state, nowMs)[0]!.value;
      const lastMs = many.at(-1)!.tMs;
      expect(at(lastMs + 1)).toBe(exactBound);
      for (const laterMs of [3_400_000, 3_500_000, 3_599_000, 4_000_000])
        expect(at(lastMs + laterMs)).toBe(referenceValue(feature, many.slice(-600), lastMs + laterMs));
    }
  });
});

describe('duplicates', () => {
  const clicks = { entity: 'user', aggregate: { kind: 'count' }, events: ['click'], placement: 'edge' } as const;
  const click = (id?: string): FeatureEvent => ({ type: 'click', tMs: 1, ...(id !== undefined && { id }) });
  const count = (state: EntityState) => readEntity(planOf(clicks), state, 2)[0]!.value;

  test('an id counts once among the last recentIds ids; beyond, it is new again', () => {
    const state = createEntity();
    expect([click('x'), click('x')].map((event) => updateEntity(planOf(clicks), state, event))).toEqual([true, false]);
    for (let i = 1; i < recentIds; i++) updateEntity(planOf(clicks), state, click(`e${i}`));
    updateEntity(planOf(clicks), state, click('x'));
    expect(count(state)).toBe(recentIds);
    updateEntity(planOf(clicks), state, click('one more'));
    updateEntity(planOf(clicks), state, click('x'));
    expect(count(state)).toBe(recentIds + 2);
  });

  test('events without an id are all different', () => {
    expect(count(streamed(clicks, [click(), click()]))).toBe(2);
  });
});

describe('time to live', () => {
  const feature = { entity: 'item', aggregate: { kind: 'count' }, events: ['click'], ttlSeconds: 60, placement: 'edge' } as const;
  const read = (state: EntityState, nowMs: number) => readEntity(planOf(feature), state, nowMs)[0];

  test('a value is stale, and missing, when its newest event is older than that', () => {
    const state = streamed(feature, [
      { type: 'click', tMs: 1000 },
      { type: 'hide', tMs: 50_000 },
    ]);
    expect(read(state, 61_000)).toEqual({ value: 1, ageMs: 60_000, stale: false });
    expect(read(state, 61_001)).toEqual({ value: Number.NaN, ageMs: 60_001, stale: true });
  });

  test('without events nothing is stale', () => {
    expect(read(createEntity(), 1e12)).toEqual({ value: 0, ageMs: Number.NaN, stale: false });
  });
});

describe('plans', () => {
  const of = (name: string, rest: Partial<AggregateFeature>): FeatureDefinition =>
    ({ name, entity: 'user', aggregate: { kind: 'count' }, events: ['click'], placement: 'edge', ...rest }) as FeatureDefinition;
  const definitions = [
    of('a', {}),
    of('b', { entity: 'named', key: 'card' } as Partial<AggregateFeature>),
    of('c', { entity: 'named', key: 'device' } as Partial<AggregateFeature>),
    of('d', { placement: 'device' } as Partial<AggregateFeature>),
    of('e', {}),
  ];

  test('entities that need state are listed once; what the device or the release fills is not among them', () => {
    expect(entitiesOf(definitions)).toEqual([
      { entity: 'user' },
      { entity: 'named', key: 'card' },
      { entity: 'named', key: 'device' },
    ]);
    expect(entityPlan(definitions, { entity: 'user' }).features.map(({ name }) => name)).toEqual(['a', 'e']);
    expect(entityPlan(definitions, { entity: 'named', key: 'card' }).features.map(({ name }) => name)).toEqual(['b']);
  });

  test('two live sets share what they define alike; what changed begins anew', () => {
    const changed = [of('a', {}), of('e', { events: ['view'] })];
    const both = entityPlan([...definitions, ...changed], { entity: 'user' });
    expect(both.features.map(({ name, events }) => [name, ...events])).toEqual([
      ['a', 'click'],
      ['e', 'click'],
      ['e', 'view'],
    ]);
    const state = createEntity();
    updateEntity(both, state, { type: 'click', tMs: 1 });
    const next = entityPlan(changed, { entity: 'user' });
    const restored = restoreEntity(next, JSON.parse(JSON.stringify(state)) as EntityState)!;
    expect(readEntity(next, restored, 2).map(({ value }) => value)).toEqual([1, 0]);
    expect(Object.keys(restored.aggregates)).toHaveLength(1);
  });

  test('a document of another format is refused', () => {
    expect(restoreEntity(entityPlan(definitions, { entity: 'user' }), { ...createEntity(), version: 2 as 1 })).toBeUndefined();
  });

  test('an event belongs to the entities that it names', () => {
    const event: FeatureEvent = { type: 'click', tMs: 1, user: 'u', item: { id: 'i' as ItemId }, entities: { card: 'k' } };
    const key = (entity: 'item' | 'user' | 'session' | 'userItem') => entityKey({ entity }, event);
    expect([key('item'), key('user'), key('session'), key('userItem')]).toEqual(['i', 'u', undefined, '["u","i"]']);
    expect(entityKey({ entity: 'named', key: 'card' }, event)).toBe('k');
    expect(entityKey({ entity: 'named', key: 'device' }, event)).toBeUndefined();
  });
});
