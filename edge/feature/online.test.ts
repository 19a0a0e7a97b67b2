import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Pack } from '../../shared/contract/pack.ts';
import { fromBase64 } from '../../shared/model/base64.ts';
import { eventDeployment } from '../adapter/memory-deployment.ts';
import { memoryOnline } from '../adapter/memory-online.ts';
import { createServices } from '../app.ts';
import { site } from '../fixture/client.ts';
import { batchOf, click, session, user } from '../fixture/event.ts';
import { onlineFeatures } from '../fixture/online.ts';
import { fixtureRelease } from '../fixture/release.ts';
import { consumeLog } from '../ingest/consume.ts';
import type { OnlineStore, Ports } from '../port.ts';

beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}));

const release = fixtureRelease({ items: 40, features: onlineFeatures });
const visitor = `&user=${user}&session=${session}`;

/** A site with online features, and what it serves of them. */
async function deployment(replace: Partial<Ports> = {}) {
  const deployed = await eventDeployment(replace);
  await deployed.admin.publish('shop', release);
  const services = createServices(deployed.ports);
  const visit = async (...events: readonly object[]) => {
    expect((await deployed.send(batchOf(events))).status).toBe(202);
    const messages = deployed.log.messages.splice(0);
    await consumeLog(
      messages.map((body) => ({ body, ack: () => {}, retry: () => expect.fail('retried') })),
      services,
    );
  };
  const ask = async (query = '') => {
    const response = await deployed.app.fetch(new Request(`https://edge.test/v1/recommend?site=shop${query}`));
    expect(response.status).toBe(200);
    return await response.json<Pack>();
  };
  return { ...deployed, visit, ask };
}

/** Served values of a feature by item. */
function served(pack: Pack, feature: string): Record<string, number> {
  const names = ['popularity', 'age', 'similarity', 'nearness', 'hour', ...onlineFeatures.map(({ name }) => name)];
  const values = new Float32Array(fromBase64(pack.served).buffer);
  expect(values.length).toBe(pack.items.length * names.length);
  return Object.fromEntries(pack.items.map(({ id }, i) => [id, values[i * names.length + names.indexOf(feature)] as number]));
}
const same = (values: Record<string, number>) => [...new Set(Object.values(values))];

describe('an online feature', () => {
  it('is served as events made it, and moves the order', async () => {
    const { visit, ask } = await deployment();
    const before = await ask(visitor);
    expect(same(served(before, 'itemClicks'))).toEqual([0]);
    const last = before.items.at(-1)?.id as string;
    await visit(...[1, 2, 3].map((n) => click(n, { item: last })), click(4, { item: 'item-1' }));
    const pack = await ask(visitor);
    expect(pack.degraded).toEqual([]);
    expect(served(pack, 'itemClicks')).toMatchObject({ [last]: 3, 'item-1': 1, 'item-2': 0 });
    expect(served(pack, 'ownClicks')).toMatchObject({ [last]: 3, 'item-1': 1, 'item-2': 0 });
    expect([same(served(pack, 'userClicks')), same(served(pack, 'sessionClicks'))]).toEqual([[4], [4]]);
    const categories = new Set(
      release.items.filter(({ id }) => id === last || id === 'item-1').flatMap((item) => item.categories),
    );
    expect(same(served(pack, 'userCategories'))).toEqual([categories.size]);
    expect(pack.items.findIndex(({ id }) => id === last)).toBeLessThan(before.items.length / 2);
  });

  it('is the same after redelivery, retries and resends', async () => {
    const { visit, ask } = await deployment();
    for (const _ of [1, 2, 3]) await visit(click(1), click(2));
    await visit(click(2), click(3));
    expect(same(served(await ask(visitor), 'userClicks'))).toEqual([3]);
  });

  it('of a person is not read without consent, and another visitor has their own', async () => {
    const store = memoryOnline();
    const read = vi.spyOn(store, 'read');
    const { visit, ask } = await deployment({ online: store });
    await visit(click(1));
    const pack = await ask();
    expect(new Set(read.mock.calls.map(([, place]) => place.kind))).toEqual(new Set(['item']));
    expect([same(served(pack, 'userClicks')), same(served(pack, 'sessionClicks'))]).toEqual([[Number.NaN], [Number.NaN]]);
    expect(served(pack, 'itemClicks')).toMatchObject({ 'item-1': 1 });
    expect(pack.degraded).toEqual([]);
    const other = await ask(`&user=${user.replace('5f', '6f')}`);
    expect(same(served(other, 'userClicks'))).toEqual([0]);
  });

  it('that is stale is missing or its default, and counted', async () => {
    const { visit, ask, clock } = await deployment();
    await visit(click(1), click(2));
    clock.nowMs += 3_600_000 + 1000;
    const pack = await ask(visitor);
    expect(pack.degraded).toEqual([{ stage: 'features', reason: 'stale', count: 3, features: ['itemClicks', 'userCategories'] }]);
    expect(served(pack, 'itemClicks')).toMatchObject({ 'item-1': Number.NaN, 'item-3': 0 });
    expect([same(served(pack, 'userClicks')), same(served(pack, 'userCategories'))]).toEqual([[2], [7]]);
  });

  it('whose store fails or is late is missing and named, and the others are served', async () => {
    const store = memoryOnline();
    const broken = async (kind: string, answer: () => Promise<never>) => {
      const online: OnlineStore = { ...store, read: (...asked) => (asked[1].kind === kind ? answer() : store.read(...asked)) };
      return await deployment({ online });
    };
    const { visit, ask } = await broken('user', () => Promise.reject(new Error('down')));
    await visit(click(1));
    const pack = await ask(visitor);
    expect(pack.degraded).toEqual([
      { stage: 'features', reason: 'store-failed:user', count: 2, features: ['userCategories', 'userClicks'] },
      { stage: 'features', reason: 'store-failed:userItem', count: 40, features: ['ownClicks'] },
    ]);
    expect([same(served(pack, 'userClicks')), same(served(pack, 'userCategories'))]).toEqual([[Number.NaN], [7]]);
    expect(served(pack, 'itemClicks')).toMatchObject({ 'item-1': 1 });
    const late = await broken('session', () => new Promise(() => {}));
    expect((await late.ask(visitor)).degraded).toEqual([
      { stage: 'features', reason: 'store-late:session', count: 1, features: ['sessionClicks'] },
    ]);
  });

  it('of a forgotten visitor is gone, and a late delivery does not bring it back', async () => {
    const { visit, ask, post, clock, sent, send, ports, log } = await deployment();
    await visit(click(1));
    await send(batchOf([click(2)]));
    const messages = sent();
    log.messages.length = 0;
    clock.nowMs += 1000;
    expect((await post('/v1/forget?site=shop', JSON.stringify({ user }))).status).toBe(200);
    await consumeLog(
      messages.map((body) => ({ body, ack: () => {}, retry: () => expect.fail('retried') })),
      createServices(ports),
    );
    const gone = await ask(visitor);
    expect([same(served(gone, 'userClicks')), same(served(gone, 'sessionClicks')), same(served(gone, 'ownClicks'))]).toEqual([
      [0],
      [0],
      [0],
    ]);
    // What is of nobody stays.
    expect(served(gone, 'itemClicks')).toMatchObject({ 'item-1': 1, 'item-2': 1 });
    clock.nowMs += 1000;
    await visit(click(3));
    expect(same(served(await ask(visitor), 'userClicks'))).toEqual([1]);
  });

  it('of a named entity follows it from visitor to visitor', async () => {
    const { visit, ask, log } = await deployment();
    await visit(
      { ...click(1), entities: { card: '47,11' } },
      { ...click(2), entities: { card: '47,11', device: 'x' } },
      click(3),
    );
    const card = (key: string) => `&entities=${encodeURIComponent(JSON.stringify({ card: key }))}`;
    expect(same(served(await ask(card('47,11')), 'cardClicks'))).toEqual([2]);
    // Without it nobody could compute again what was served.
    expect(log.messages.at(-1)).toMatchObject({ kind: 'slate', record: { entities: { card: '47,11' } } });
    expect(same(served(await ask(card('other')), 'cardClicks'))).toEqual([0]);
    expect(same(served(await ask(visitor), 'cardClicks'))).toEqual([Number.NaN]);
  });

  it('of items begins anew when the site drops it', async () => {
    const { visit, ask, admin } = await deployment();
    await visit(click(1));
    expect((await admin.call('sites/shop/online/items', { method: 'DELETE' })).status).toBe(200);
    const pack = await ask(visitor);
    expect([same(served(pack, 'itemClicks')), same(served(pack, 'userClicks'))]).toEqual([[0], [1]]);
  });

  it('is kept for every release of the plan', async () => {
    const { visit, ask, admin, clock } = await deployment();
    const views = { aggregate: { kind: 'count' }, events: ['view'], placement: 'edge' } as const;
    const other = fixtureRelease({
      items: 40,
      features: onlineFeatures.map((feature) =>
        feature.name === 'itemClicks' ? { name: 'itemClicks', entity: 'item', ...views } : feature,
      ),
    });
    for (const [sha256, bytes] of other.files) await admin.putFile('shop', sha256, bytes);
    await admin.putRelease('shop', other);
    await admin.putPlan('shop', 1, release.id, other.id);
    clock.nowMs += 6000;
    await visit(click(1), { ...click(2), type: 'view' });
    const arms = new Map<string, Pack>();
    for (let n = 0; arms.size < 2 && n < 50; n++) {
      const pack = await ask(`&user=${user.slice(0, -2)}${n.toString().padStart(2, '0')}`);
      arms.set(pack.release, pack);
    }
    expect(served(arms.get(release.id) as Pack, 'itemClicks')).toMatchObject({ 'item-1': 1, 'item-2': 0 });
    expect(served(arms.get(other.id) as Pack, 'itemClicks')).toMatchObject({ 'item-1': 0, 'item-2': 1 });
  });
});

it('a site without online features stores nothing', async () => {
  const store = memoryOnline();
  const plain = await eventDeployment({ online: store });
  await plain.admin.publish('shop', fixtureRelease({ items: 40 }));
  await createServices(plain.ports).updates.add(site('shop'), []);
  await plain.send(batchOf([click(1)]));
  const messages = plain.log.messages;
  await consumeLog(
    messages.map((body) => ({ body, ack: () => {}, retry: () => expect.fail('retried') })),
    createServices(plain.ports),
  );
  expect(store.places.size).toBe(0);
});
