import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Ordinal } from '../../shared/contract/id.ts';
import { key } from '../../shared/contract/key.ts';
import type { Pack } from '../../shared/contract/pack.ts';
import { entityPlan } from '../../shared/feature/entity.ts';
import { fromBase64 } from '../../shared/model/base64.ts';
import { eventDeployment } from '../adapter/memory-deployment.ts';
import { memoryOnline } from '../adapter/memory-online.ts';
import { createServices } from '../app.ts';
import { site } from '../fixture/client.ts';
import { batchOf, click } from '../fixture/event.ts';
import { onlineFeatures } from '../fixture/online.ts';
import { fixtureRelease } from '../fixture/release.ts';
import { consumeLog } from '../ingest/consume.ts';
import type { OnlineStore } from '../port.ts';
import { runSchedule } from '../schedule.ts';
import { decodeCopy, encodeCopy } from './item-copy.ts';

beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}));

const release = fixtureRelease({ items: 40, features: onlineFeatures });
const shop = site('shop');

/** A site whose item shards can be switched off. */
async function deployment() {
  const store = memoryOnline();
  const shards = { down: false };
  const read: OnlineStore['read'] = async (...asked) => {
    if (shards.down && asked[1].kind === 'item') throw new Error('down');
    return await store.read(...asked);
  };
  const deployed = await eventDeployment({ online: { ...store, read } });
  await deployed.admin.publish('shop', release);
  await deployed.settled();
  const services = createServices(deployed.ports);
  const visit = async (...events: readonly object[]) => {
    await deployed.send(batchOf(events));
    const messages = deployed.log.messages.splice(0);
    await consumeLog(
      messages.map((body) => ({ body, ack: () => {}, retry: () => expect.fail('retried') })),
      services,
    );
  };
  const ask = async () => {
    const response = await deployed.app.fetch(new Request('https://edge.test/v1/recommend?site=shop'));
    await deployed.settled();
    const pack = await response.json<Pack>();
    const values = new Float32Array(fromBase64(pack.served).buffer);
    const width = values.length / pack.items.length;
    const clicks = Object.fromEntries(pack.items.map(({ id }, i) => [id, values[i * width + 5]]));
    return { clicks, degraded: pack.degraded };
  };
  return { ...deployed, services, visit, ask, shards };
}

describe('copies of items', () => {
  it('are written with the release, a value per some thousand items, and again by the cron and by command', async () => {
    const { copies, services, clock, admin } = await deployment();
    const name = key.onlineItems(shop, release.id, 0);
    const written = () => copies.values.get(name)?.join();
    const [first] = [written()];
    expect([...copies.values.keys()].filter((own) => own.includes('/online/'))).toEqual([name]);
    clock.nowMs += 1000;
    await runSchedule(services);
    const second = written();
    expect(second).not.toBe(first);
    clock.nowMs += 1000;
    const response = await admin.call('sites/shop/online/refresh', { method: 'POST' });
    expect(await response.json()).toEqual({
      site: 'shop',
      releases: [{ release: release.id, features: 1, items: 40, values: 1, atMs: clock.nowMs }],
    });
    expect(written()).not.toBe(second);
  });

  it('are served with their age when shards fail, and are missing when they are stale', async () => {
    const { visit, ask, shards, services, clock } = await deployment();
    await visit(click(1), click(1), click(2));
    await runSchedule(services);
    await visit(click(3), click(4));
    clock.nowMs += 61_000;
    expect(await ask()).toMatchObject({ clicks: { 'item-1': 1, 'item-2': 1, 'item-3': 1, 'item-5': 0 }, degraded: [] });
    shards.down = true;
    expect(await ask()).toMatchObject({
      clicks: { 'item-1': 1, 'item-2': 1, 'item-3': 0, 'item-5': 0 },
      degraded: [{ stage: 'features', reason: 'item-copy', count: 40, features: ['itemClicks'] }],
    });
    clock.nowMs += 3_600_000;
    expect(await ask()).toMatchObject({
      clicks: { 'item-1': Number.NaN, 'item-2': Number.NaN, 'item-3': 0 },
      degraded: [
        { stage: 'features', reason: 'item-copy', count: 40, features: ['itemClicks'] },
        { stage: 'features', reason: 'stale', count: 2, features: ['itemClicks'] },
      ],
    });
  });

  it('that are not there, or damaged, leave values missing', async () => {
    for (const damage of [undefined, new Uint8Array(40)]) {
      const { ask, shards, copies } = await deployment();
      const name = key.onlineItems(shop, release.id, 0);
      if (damage) copies.values.set(name, damage);
      else copies.values.delete(name);
      shards.down = true;
      await ask();
      expect((await ask()).degraded).toEqual([
        { stage: 'features', reason: 'store-failed:item', count: 40, features: ['itemClicks'] },
      ]);
    }
  });

  it('of another feature set are refused with both hashes', () => {
    const plan = entityPlan(onlineFeatures, { entity: 'item' });
    const copy = { from: 0 as Ordinal, atMs: 5, values: Float32Array.of(1), ages: Float32Array.of(2) };
    const bytes = encodeCopy({ featureHash: 'a'.repeat(64), plan }, copy);
    expect(decodeCopy({ featureHash: 'a'.repeat(64), plan }, bytes)).toEqual(copy);
    expect(() => decodeCopy({ featureHash: 'b'.repeat(64), plan }, bytes)).toThrow(/a{64}.*b{64}/);
  });

  it('of one site do not wait for another that fails', async () => {
    const { services, registry, copies, clock } = await deployment();
    const plan = await registry.plan(shop);
    await registry.swapPlan(0, { ...plan!, site: site('a-broken-one'), version: 1 }, 1);
    const plans = [{ ...plan!, site: site('a-broken-one') }, plan!];
    const name = key.onlineItems(shop, release.id, 0);
    copies.values.delete(name);
    clock.nowMs += 6000;
    await runSchedule({ ...services, ports: { ...services.ports, registry: { ...registry, plans: async () => plans } } });
    expect(copies.values.has(name)).toBe(true);
  });
});
