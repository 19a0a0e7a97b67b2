import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SiteId } from '../../shared/contract/id.ts';
import type { OnlinePlace } from '../../shared/contract/key.ts';
import { limit } from '../../shared/contract/limit.ts';
import { logArbitrary, onlineArbitrary, timeArbitrary } from '../../shared/feature/arbitrary.case.ts';
import type { AggregateFeature, FeatureDefinition, ValueRules } from '../../shared/feature/definition.ts';
import { type EntityPlan, type EntityRef, entitiesOf, entityPlan } from '../../shared/feature/entity.ts';
import type { FeatureEvent } from '../../shared/feature/event.ts';
import { isOf, referenceAgeMs, referenceValue } from '../../shared/feature/reference.case.ts';
import type { OnlineEvent, OnlineStore } from '../port.ts';

const dayMs = 86_400_000;
const nowMs = 1_760_000_000_000;
const shard: OnlinePlace = { kind: 'item', shard: 0 };
const visitor: OnlinePlace = { kind: 'user', key: 'u' };
const session: OnlinePlace = { kind: 'session', key: 's' };

/** As it comes out of a file of a release. */
const planOf = (feature: AggregateFeature & ValueRules, name = 'f') => {
  const definitions = [JSON.parse(JSON.stringify({ name, ...feature })) as FeatureDefinition];
  return entityPlan(definitions, entitiesOf(definitions)[0] as EntityRef);
};
const count = (entity: 'item' | 'user' | 'session' | 'userItem') =>
  planOf({ entity, aggregate: { kind: 'count' }, events: ['click'], placement: 'edge' } as AggregateFeature);
/** As it comes out of a message. */
const asReceived = (event: FeatureEvent) => JSON.parse(JSON.stringify({ ...event, receivedMs: event.tMs + 1 })) as OnlineEvent;
let made = 0;
const click = (more: Partial<OnlineEvent> = {}): OnlineEvent => {
  const tMs = more.tMs ?? nowMs - 1000;
  return {
    id: `click-${made++}`,
    type: 'click',
    tMs,
    receivedMs: tMs,
    user: 'u',
    session: 's',
    item: { id: 'i' as never },
    ...more,
  };
};

/** What every online store does. `runs`: of the property. */
export function describeOnline(name: string, create: () => OnlineStore, runs: number): void {
  describe(`${name} online store`, () => {
    let sites = 0;
    const newSite = () => `case-${sites++}` as SiteId;
    const opened = () => {
      const [store, site] = [create(), newSite()];
      const add = (
        place: OnlinePlace,
        events: readonly OnlineEvent[],
        plans: readonly EntityPlan[] = [count('item')],
        atMs = nowMs,
      ) => store.update(site, place, { plans, events, nowMs: atMs });
      const read = async (place: OnlinePlace, plan = count('item'), key = 'i', atMs = nowMs) =>
        (await store.read(site, place, [{ plan, keys: [key] }], atMs))[0]?.values[0];
      return { store, site, add, read };
    };

    it('gives what the definitions say of the whole log, with ages, however events arrive', async () => {
      const keys = [['i0'], ['i1'], ['u0'], ['u1'], ['s0'], ['c0'], ['u0', 'i0'], ['u1', 'i2']] as const;
      await fc.assert(
        fc.asyncProperty(
          onlineArbitrary,
          logArbitrary,
          timeArbitrary,
          fc.array(fc.nat({ max: 60 }), { maxLength: 6 }),
          fc.nat(),
          async (feature, log, t, cuts, turn) => {
            const { store, site } = opened();
            const plan = planOf(feature);
            const before = log.filter(({ tMs }) => tMs < t).map(asReceived);
            // In another order, in parts, and parts of it again.
            const shuffled = before.map((event, i) => ({ event, at: ((i + 1) * (2 * turn + 1)) % 101 }));
            const arriving = shuffled.sort((a, b) => a.at - b.at).map(({ event }) => event);
            const places = [0, ...cuts, arriving.length].sort((a, b) => a - b);
            for (const [i, from] of places.entries()) {
              const part = arriving.slice(from, places[i + 2]);
              await store.update(site, shard, { plans: [plan], events: part, nowMs: t });
            }
            const asked = keys.map((key) => (feature.entity === 'userItem' ? JSON.stringify(key) : key.join()));
            const [readings] = await store.read(site, shard, [{ plan, keys: asked }], t);
            for (const [k, key] of keys.entries()) {
              if ((feature.entity === 'userItem') !== (key.length === 2)) continue;
              const own = log.filter((event) => isOf(feature, key, event));
              const expected = referenceValue(feature, own, t);
              const found = readings?.values[k] as number;
              if (Number.isNaN(expected)) expect(found).toBeNaN();
              else expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * (1 + Math.abs(expected)));
              expect(readings?.ages[k]).toBe(referenceAgeMs(feature, own, t));
            }
          },
        ),
        { numRuns: runs, seed: 7 },
      );
    });

    it('counts an event once however late it is told again, and not what is older than it remembers', async () => {
      const { add, read } = opened();
      const many = Array.from({ length: 300 }, () => click());
      await add(shard, many);
      const [first] = many;
      await Promise.all([add(shard, many.slice(0, 50)), add(shard, [first as OnlineEvent])]);
      const lateMs = limit.onlineLateSeconds * 1000;
      await add(shard, many, undefined, nowMs + lateMs - 2000);
      await add(shard, many, undefined, nowMs + lateMs + 1);
      await add(shard, [click({ tMs: nowMs - lateMs })]);
      expect(await read(shard)).toBe(300);
      await add(shard, [click({ tMs: nowMs - lateMs + 1 })]);
      expect(await read(shard)).toBe(301);
    });

    it('takes an event of the future as of now', async () => {
      const plan = planOf({ entity: 'item', aggregate: { kind: 'timeSince' }, events: ['click'], placement: 'edge' });
      const { add, read } = opened();
      await add(shard, [click({ tMs: nowMs + dayMs })], [plan]);
      expect(await read(shard, plan, 'i', nowMs + 5000)).toBe(5);
    });

    it('answers many entities of several kinds in one call, and those it never saw as ones without events', async () => {
      const { store, site, add } = opened();
      await add(visitor, [click(), click(), click({ item: { id: 'j' as never } })], [count('user'), count('userItem')]);
      const pairs = ['i', 'none', 'j'].map((item) => JSON.stringify(['u', item]));
      const reads = [
        { plan: count('user'), keys: ['u'] },
        { plan: count('userItem'), keys: pairs },
      ];
      const answers = await store.read(site, visitor, reads, nowMs);
      expect(answers.map(({ values }) => [...values])).toEqual([[3], [2, 0, 1]]);
      expect([...(answers[1]?.ages ?? [])]).toEqual([1000, Number.NaN, 1000]);
    });

    it('says what is stale, and gives no value of it', async () => {
      const { store, site, add } = opened();
      const plan = planOf({ entity: 'item', aggregate: { kind: 'count' }, events: ['click'], placement: 'edge', ttlSeconds: 60 });
      await add(shard, [click()], [plan]);
      const at = async (ms: number) => {
        const [readings] = await store.read(site, shard, [{ plan, keys: ['i', 'other'] }], ms);
        return [[...(readings?.values ?? [])], [...(readings?.stale ?? [])]];
      };
      expect(await at(nowMs)).toEqual([
        [1, 0],
        [0, 0],
      ]);
      expect(await at(nowMs + 60_000)).toEqual([
        [Number.NaN, 0],
        [1, 0],
      ]);
    });

    it('forgets a visitor with the sessions, and what was received before and comes later', async () => {
      const { store, site, add, read } = opened();
      const plans = [count('user'), count('userItem')];
      const early = [click(), click({ receivedMs: nowMs - 500 })];
      expect(await add(visitor, early, plans)).toBe(0);
      await add(session, early, [count('session')]);
      for (const _ of ['once', 'again']) await store.forget(site, 'u', nowMs);
      expect([await read(visitor, count('user'), 'u'), await read(session, count('session'), 's')]).toEqual([0, 0]);
      for (const [place, own] of [[visitor, plans] as const, [session, [count('session')]] as const])
        expect(await add(place, [...early, click({ receivedMs: nowMs })], own)).toBe(nowMs);
      expect([await read(visitor, count('user'), 'u'), await read(session, count('session'), 's')]).toEqual([0, 0]);
      await add(visitor, [click({ receivedMs: nowMs + 1 })], plans);
      expect(await read(visitor, count('user'), 'u')).toBe(1);
    });

    it('drops the items of one site, and keeps sites and visitors apart', async () => {
      const { store, site, add, read } = opened();
      const other = opened();
      await add(shard, [click()]);
      await add(visitor, [click()], [count('user')]);
      await other.add(shard, [click()]);
      await store.clearItems(site);
      expect([await read(shard), await read(visitor, count('user'), 'u'), await other.read(shard)]).toEqual([0, 1, 1]);
      await add(shard, [click()]);
      expect(await read(shard)).toBe(1);
    });

    it('keeps what live sets share, and begins anew what missed events', async () => {
      const clicks = { entity: 'item', aggregate: { kind: 'count' }, events: ['click'], placement: 'edge' } as const;
      const a = planOf(clicks, 'a');
      const b = planOf(clicks, 'b');
      const both = entityPlan(
        [
          { name: 'a', ...clicks },
          { name: 'b', ...clicks },
        ],
        clicks,
      );
      const { add, read } = opened();
      await add(shard, [click()], [both]);
      await add(shard, [click()], [a], nowMs + 60_000);
      expect([await read(shard, a), await read(shard, b)]).toEqual([2, 1]);
      await add(shard, [click()], [a], nowMs + 3_600_000);
      await add(shard, [click()], [both], nowMs + 3_600_001);
      expect([await read(shard, a), await read(shard, b)]).toEqual([4, 1]);
    });
  });
}
