import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { expect, it } from 'vitest';
import type { ItemId } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { AggregateDefinition } from '../../shared/feature/entity.ts';
import { entityPlan } from '../../shared/feature/entity.ts';
import { env } from '../fixture/local.ts';
import type { OnlineEvent } from '../port.ts';

const clicks = { name: 'clicks', aggregate: { kind: 'count' }, events: ['click'], placement: 'edge' } as const;
const planOf = (entity: 'item' | 'userItem') => entityPlan([{ ...clicks, entity } as AggregateDefinition], { entity });
let made = 0;
const click = (item: string, tMs = Date.now()): OnlineEvent => ({
  id: `click-${made++}`,
  type: 'click',
  tMs,
  receivedMs: tMs,
  user: 'u',
  item: { id: item as ItemId },
});
const place = (name: string) => env.ONLINE.getByName(name);
const rows = (stub: ReturnType<typeof place>) =>
  runInDurableObject(stub, (_, { storage: { sql } }) => {
    const tables = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE name IN ('entity', 'seen', 'forgotten')");
    return Object.fromEntries(
      tables.toArray().map(({ name }) => [name, sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${name}`).one().n]),
    );
  });

it('a read leaves no trace of who was never seen', async () => {
  const stub = place('unseen');
  const [readings] = await stub.read([{ plan: planOf('item'), keys: ['a'] }], Date.now());
  expect([...(readings?.values ?? [])]).toEqual([0]);
  expect(await rows(stub)).toEqual({});
});

it('events that no feature counts leave no entity', async () => {
  const stub = place('uncounted');
  await stub.update({ plans: [planOf('item')], events: [{ ...click('a'), type: 'hide' }], nowMs: Date.now() }, []);
  expect(await rows(stub)).toMatchObject({ entity: 0 });
});

it('idle entities, old ids and old tombstones leave; then everything is gone and it rests', async () => {
  const stub = place('idle');
  const nowMs = Date.now();
  await stub.update({ plans: [planOf('item')], events: [click('a'), click('b')], nowMs }, []);
  await stub.forget(nowMs - 1);
  await stub.update({ plans: [planOf('item')], events: [click('a'), click('b')], nowMs }, []);
  const age = (table: string, column: string, seconds: number, where = '1') =>
    runInDurableObject(stub, (_, { storage: { sql } }) => {
      sql.exec(`UPDATE ${table} SET ${column} = ${column} - ? WHERE ${where}`, seconds * 1000);
    });
  await age('entity', 'last_ms', limit.onlineIdleSeconds + 1, "key = 'a'");
  await age('seen', 't_ms', limit.onlineLateSeconds + 3601);
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect(await rows(stub)).toEqual({ entity: 1, seen: 0, forgotten: 1 });
  await age('entity', 'last_ms', limit.onlineIdleSeconds + 1);
  await age('forgotten', 'until_ms', limit.onlineLateSeconds + 3601);
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect(await rows(stub)).toEqual({});
  expect(await runDurableObjectAlarm(stub)).toBe(false);
  await stub.update({ plans: [planOf('item')], events: [click('a')], nowMs }, []);
  expect(await rows(stub)).toEqual({ entity: 1, seen: 1, forgotten: 0 });
});

it('holds a bounded number of items of a visitor, those met last', async () => {
  const stub = place('bounded');
  const nowMs = Date.now();
  const plans = [planOf('userItem')];
  const most = limit.onlineVisitorItems;
  for (let from = 0; from < 1.5 * most; from += most / 4)
    await stub.update(
      { plans, events: Array.from({ length: most / 4 }, (_, i) => click(`item-${from + i}`)), nowMs: nowMs + from },
      [],
    );
  const { entity = 0 } = await rows(stub);
  expect(entity).toBeGreaterThan(0.8 * most);
  expect(entity).toBeLessThanOrEqual(most);
  const keys = [0, 1.5 * most - 1].map((i) => JSON.stringify(['u', `item-${i}`]));
  const [readings] = await stub.read([{ plan: planOf('userItem'), keys }], nowMs);
  expect([...(readings?.values ?? [])]).toEqual([0, 1]);
});
