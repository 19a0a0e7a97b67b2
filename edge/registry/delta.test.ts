import { applyD1Migrations } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Pack, SlateAnswer } from '../../shared/contract/pack.ts';
import { type Surface, sourceNames } from '../../shared/contract/surface.ts';
import { memoryPorts } from '../adapter/memory-ports.ts';
import { createApp } from '../app.ts';
import { adminOf, origin } from '../fixture/client.ts';
import { fixtureDelta } from '../fixture/delta.ts';
import { env, fetchWorker, get } from '../fixture/local.ts';
import { fixtureRelease, fixtureSurfaces } from '../fixture/release.ts';
import * as answers from '../schema/answer.ts';

const only = (source: Surface['sources'][number]['source']): Surface => ({
  name: source,
  sources: [{ source, limit: 50, weight: 1 }],
  rules: { excludeSeen: false, categoryShare: 1 },
  rerank: false,
});
const release = fixtureRelease({ surfaces: [...fixtureSurfaces, only('nearest'), only('category'), only('recent')] });
const admin = adminOf(fetchWorker);

const plan = async (site: string, delta?: string, to = release.id) => {
  const before = await (await admin.call(`sites/${site}/plan`)).json<{ version: number }>();
  const arm = { name: 'champion', release: to, weight: 1, mode: 'live', ...(delta !== undefined && { delta }) };
  const next = { site, version: before.version + 1, salt: 's', arms: [arm] };
  return await admin.call(`sites/${site}/plan`, { method: 'PUT', body: JSON.stringify({ expect: before.version, plan: next }) });
};
const shown = async (query: string) => {
  const { items } = await (await get(`/v1/${query}`)).json<SlateAnswer>();
  return items.map(({ id }) => id as string);
};

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.MIGRATIONS);
});

describe('a delta', () => {
  it('brings new items and takes removed ones away, everywhere, until the release is rolled back', async () => {
    await admin.publish('shop', release);
    const [best = '', second = ''] = await shown('recommend?site=shop&surface=home&rank=edge&count=20');
    const ordinal = (id: string) => Number(id.split('-')[1]);
    const delta = fixtureDelta(release, {
      removed: [ordinal(best)],
      changed: [{ ordinal: ordinal(second), item: { id: second as never, title: 'Renamed', categories: ['Fresh'], price: 1 } }],
    });
    expect((await admin.putFile('shop', delta.sha256, delta.bytes)).status).toBe(201);
    expect((await plan('shop', delta.sha256)).status).toBe(200);

    for (const surface of ['home', 'nearest', 'category', 'recent'] as const) {
      const query = `site=shop&surface=${surface}&count=10&seeds=item-0,item-8`;
      const { items, sources } = await (await get(`/v1/recommend?${query}`)).json<Pack>();
      const ids = items.map(({ id }) => id as string);
      if (surface !== 'home')
        expect(
          (sources[ids.indexOf('new-0')] ?? 0) & (1 << (sourceNames as readonly string[]).indexOf(surface)),
          surface,
        ).not.toBe(0);
      expect(ids, surface).toContain('new-0');
      expect(ids, surface).not.toContain(best);
    }
    expect(await shown('similar/new-0?site=shop&rank=edge')).toEqual(expect.arrayContaining(['item-8', 'item-16']));
    expect(await shown('popular?site=shop&category=Fresh')).toEqual(expect.arrayContaining(['new-0', second]));
    expect(await (await get('/v1/items/new-0?site=shop')).json()).toMatchObject({ title: 'Brand new' });
    expect(await (await get(`/v1/items/${second}?site=shop`)).json()).toMatchObject({ title: 'Renamed' });
    expect((await get(`/v1/items/${best}?site=shop`)).status).toBe(404);
    const titles = await (await get('/v1/titles?site=shop')).json<{ items: [string][] }>();
    expect(titles.items.map(([id]) => id)).toContain('new-0');
    expect(titles.items.map(([id]) => id)).not.toContain(best);
    const pack = await (await get('/v1/recommend?site=shop&surface=home')).json<Pack>();
    expect(pack).toMatchObject({ release: release.id, degraded: [] });
    const health = answers.health.parse(await (await get('/v1/health?site=shop')).json());
    expect(health).toMatchObject({ ok: true, delta: delta.sha256, items: 301 });

    expect((await plan('shop')).status).toBe(200);
    expect(await shown('recommend?site=shop&surface=home&rank=edge&count=20')).toContain(best);
    expect((await get('/v1/items/new-0?site=shop')).status).toBe(404);
  });

  it('is refused when it is not stored, no delta, or of another release; what is live stays', async () => {
    await admin.publish('strict', release);
    const put = async (bytes: Uint8Array<ArrayBuffer>, sha256: string) => {
      await admin.putFile('strict', sha256, bytes);
      const response = await plan('strict', sha256);
      return { status: response.status, ...(await response.json<object>()) };
    };
    const none = await plan('strict', 'a'.repeat(64));
    expect([none.status, await none.json()]).toEqual([
      404,
      expect.objectContaining({ code: 'unknown-delta', at: '/plan/arms/0/delta' }),
    ]);
    const other = fixtureDelta(release, { release: 'b'.repeat(64) as never });
    expect(await put(other.bytes, other.sha256)).toMatchObject({ status: 400, code: 'bad-body' });
    const smaller = fixtureDelta({ ...release, items: release.items.slice(1) });
    expect(await put(smaller.bytes, smaller.sha256)).toMatchObject({ status: 400, detail: expect.stringContaining('299 items') });
    const [sha256 = '', bytes = new Uint8Array()] = [...release.files][0] ?? [];
    expect(await put(bytes, sha256)).toMatchObject({ status: 400, code: 'bad-body' });
    expect(await (await admin.call('sites/strict/plan')).json()).toMatchObject({ version: 1 });
  });
});

describe('a delta that cannot be read', () => {
  it('leaves the release with the delta before, or as it was, and says so', async () => {
    const memory = memoryPorts();
    const app = createApp(memory.ports);
    const owner = adminOf(app.fetch);
    await owner.publish('shop', release);
    const [first, second] = [fixtureDelta(release, { removed: [1] }), fixtureDelta(release, { removed: [2] })];
    const live = async (delta: string, expect: number) => {
      const arm = { name: 'champion', release: release.id, weight: 1, mode: 'live', delta };
      const body = JSON.stringify({ expect, plan: { site: 'shop', version: expect + 1, salt: 's', arms: [arm] } });
      await owner.call('sites/shop/plan', { method: 'PUT', body });
    };
    const read = async () => {
      const pack = await (await app.fetch(new Request(`${origin}/v1/recommend?site=shop`))).json<Pack>();
      return {
        isNew: pack.items.some(({ id }) => (id as string) === 'new-0'),
        reasons: pack.degraded.map(({ reason }) => reason),
      };
    };
    const lose = (delta: string) => memory.files.objects.delete(`site/shop/file/${delta}`);
    for (const { sha256, bytes } of [first, second]) await owner.putFile('shop', sha256, bytes);
    await live(first.sha256, 1);
    lose(first.sha256);
    expect(await read()).toEqual({ isNew: false, reasons: ['delta-failed'] });
    await live(second.sha256, 2);
    expect(await read()).toEqual({ isNew: true, reasons: [] });
    await owner.putFile('shop', first.sha256, first.bytes);
    await live(first.sha256, 3);
    lose(first.sha256);
    memory.clock.nowMs += 10_000;
    expect(await read()).toEqual({ isNew: true, reasons: ['delta-failed'] });
  });
});
