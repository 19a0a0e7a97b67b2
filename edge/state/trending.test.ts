import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { env } from '../fixture/local.ts';

const halfLifeMs = 6 * 3_600_000;
let made = 0;
const event = (item: string, tMs: number) => ({ id: `event-${made++}`, item, tMs });
const shard = (name: string) => env.TRENDING.getByName(name);

it('counts interactions with half-lives, highest first', async () => {
  const stub = shard('decay');
  const nowMs = Date.now();
  await stub.add([event('old', nowMs - 2 * halfLifeMs), event('old', nowMs - halfLifeMs), event('new', nowMs)]);
  const top = await stub.top(10);
  expect(top.map(({ item }) => item)).toEqual(['new', 'old']);
  expect(top[0]?.count).toBeCloseTo(1, 3);
  expect(top[1]?.count).toBeCloseTo(0.75, 3);
  expect(await stub.top(1)).toHaveLength(1);
});

it('adds an interaction once, however often it is told, in whatever company', async () => {
  const stub = shard('idempotent');
  const [one, two] = [event('a', Date.now()), event('a', Date.now())];
  await Promise.all(Array.from({ length: 5 }, (_, i) => stub.add(i % 2 ? [one, one] : [one, two])));
  expect((await stub.top(10))[0]?.count).toBeCloseTo(2, 3);
});

it('counts once what is told again after its id was forgotten', async () => {
  const stub = shard('late');
  const nowMs = Date.now();
  await stub.add([event('fresh', nowMs), event('late', nowMs - 7 * halfLifeMs)]);
  expect((await stub.top(10)).map(({ item }) => item)).toEqual(['fresh']);
});

it('keeps shards apart', async () => {
  await shard('site/one').add([event('a', Date.now())]);
  expect(await shard('site/two').top(10)).toEqual([]);
});

it('forgets what has faded and rests when nothing is left', async () => {
  const stub = shard('sweep');
  const nowMs = Date.now();
  await stub.add([event('faded', nowMs - 6.9 * halfLifeMs), event('fresh', nowMs)]);
  expect(await runDurableObjectAlarm(stub)).toBe(true);
  expect((await stub.top(10)).map(({ item }) => item)).toEqual(['fresh']);
  expect(await runInDurableObject(stub, (_, state) => state.storage.getAlarm())).not.toBeNull();
});

it('gives the same counts after its weights are rebased', async () => {
  const stub = shard('rebase');
  const nowMs = Date.now();
  await stub.add([event('a', nowMs), event('a', nowMs), event('b', nowMs)]);
  // As if the shard had been running for 300 half-lives.
  await runInDurableObject(stub, (_, state) => {
    state.storage.sql.exec('UPDATE landmark SET at_ms = at_ms - ?', 300 * halfLifeMs);
    state.storage.sql.exec('UPDATE item SET weight = weight * ?', 2 ** 300);
  });
  const before = await stub.top(10);
  await runDurableObjectAlarm(stub);
  const after = await stub.top(10);
  expect(after.map(({ item }) => item)).toEqual(['a', 'b']);
  expect(after[0]?.count).toBeCloseTo(before[0]?.count ?? Number.NaN, 3);
  expect(after[0]?.count).toBeCloseTo(2, 3);
});
