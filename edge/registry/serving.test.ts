import { describe, expect, it, vi } from 'vitest';
import type { SiteId } from '../../shared/contract/id.ts';
import { key } from '../../shared/contract/key.ts';
import type { Pack } from '../../shared/contract/pack.ts';
import type { SourceName } from '../../shared/contract/surface.ts';
import { memoryPorts } from '../adapter/memory-ports.ts';
import { createApp } from '../app.ts';
import { adminOf, origin, site } from '../fixture/client.ts';
import { type FixtureOptions, fixtureRelease, fixtureSurfaces } from '../fixture/release.ts';
import type { Ports } from '../port.ts';

const shop = site('shop');

/** A deployment in memory with one published release; `fresh` is another isolate of the same deployment. */
async function deployment(options: FixtureOptions = { items: 40 }, replace: Partial<Ports> = {}) {
  const memory = memoryPorts(replace);
  const app = createApp(memory.ports);
  const admin = adminOf(app.fetch);
  const release = fixtureRelease(options);
  await admin.publish('shop', release);
  await memory.settled();
  const fresh = (ports: Partial<Ports> = {}) => createApp({ ...memory.ports, ...ports });
  return { ...memory, app, admin, release, fresh };
}
const ask = async (app: { fetch(request: Request): Promise<Response> }, query = '') => {
  const response = await app.fetch(new Request(`${origin}/v1/recommend?site=shop&${query}`));
  expect(response.status).toBe(200);
  return await response.json<Pack>();
};
const fails = async () => Promise.reject(new Error('down'));

describe('reading a release', () => {
  it('takes the truth where a copy is damaged, mends the copy, and never takes damaged bytes', async () => {
    const { copies, files, release, fresh, settled } = await deployment();
    const damage = (values: Map<string, Uint8Array<ArrayBuffer>>) => {
      for (const [name, bytes] of values) if (name.includes('/file/')) values.set(name, bytes.fill(0, 0, 1));
    };
    const whole = new Map([...copies.values].map(([name, bytes]) => [name, bytes.slice()]));
    damage(copies.values);
    expect(await ask(fresh())).toMatchObject({ release: release.id, degraded: [] });
    await settled();
    expect(copies.values).toEqual(whole);
    damage(copies.values);
    damage(files.objects);
    expect(await ask(fresh())).toMatchObject({ items: [], degraded: [{ stage: 'retrieve', reason: 'no-release' }] });
  });

  it('works without the copies, and without the truth while there are copies', async () => {
    const { ports, release, fresh } = await deployment();
    const noCopies = { read: fails, readText: fails, write: fails };
    expect(await ask(fresh({ copies: noCopies }))).toMatchObject({ release: release.id, degraded: [] });
    const noFiles = { ...ports.files, read: fails, stream: fails, size: fails };
    const noRegistry = { ...ports.registry, plan: fails, releases: fails };
    expect(await ask(fresh({ files: noFiles, registry: noRegistry }))).toMatchObject({ release: release.id, degraded: [] });
  });

  it('loads once for many who ask at once, and tries again after a failure', async () => {
    const { ports, release, clock } = await deployment();
    let reads = 0;
    let down = true;
    const files = {
      ...ports.files,
      read: async (name: string) => {
        reads++;
        return down ? await fails() : await ports.files.read(name);
      },
    };
    const empty = { read: async () => undefined, readText: async () => undefined, write: async () => {} };
    const app = createApp({ ...ports, files, copies: empty });
    const first = await Promise.all(Array.from({ length: 10 }, () => ask(app)));
    for (const pack of first) expect(pack.degraded).toEqual([{ stage: 'retrieve', reason: 'no-release' }]);
    expect(reads).toBe(1);
    down = false;
    clock.nowMs += 3000;
    const second = await Promise.all(Array.from({ length: 10 }, () => ask(app)));
    for (const pack of second) expect(pack.release).toBe(release.id);
    // The manifest and eight of nine files, once: browsers read the heavy model.
    expect(reads).toBe(1 + 9);
  });

  it('goes on with the last good release when the new one cannot be opened', async () => {
    const { admin, app, files, copies, release, clock } = await deployment();
    await ask(app);
    const next = fixtureRelease({ items: 40, seed: 99 });
    await admin.publish('shop', next, 1);
    for (const sha256 of next.files.keys()) {
      if (release.files.has(sha256)) continue;
      files.objects.delete(key.file(shop, sha256));
      copies.values.delete(key.file(shop, sha256));
    }
    clock.nowMs += 6000;
    expect(await ask(app)).toMatchObject({ release: release.id, degraded: [{ stage: 'retrieve', reason: 'release-failed' }] });
    const health = await app.fetch(new Request(`${origin}/v1/health?site=shop`));
    expect(await health.json()).toMatchObject({ ok: false, release: release.id });
  });

  it('uses no light ranker that does not reproduce its golden scores', async () => {
    const good = await ask((await deployment({ items: 40 })).app);
    const { app } = await deployment({ items: 40, goldenOffset: 0.01 });
    const pack = await ask(app);
    expect(pack.degraded).toEqual([{ stage: 'rank', reason: 'light-golden' }]);
    expect(new Set(pack.items.map(({ id }) => id))).toEqual(new Set(good.items.map(({ id }) => id)));
    const health = await app.fetch(new Request(`${origin}/v1/health?site=shop`));
    expect(await health.json()).toMatchObject({ ok: true, engine: null, degraded: [{ stage: 'rank', reason: 'light-golden' }] });
  });

  it('uses no light ranker of another feature set, and says both hashes', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const { app, release } = await deployment({ items: 40, modelHash: 'f'.repeat(64) });
    expect((await ask(app)).degraded).toEqual([{ stage: 'rank', reason: 'light-feature-hash' }]);
    const { featureHash } = release.manifest;
    expect(warn).toHaveBeenCalledWith('light ranker', `model of feature set ${'f'.repeat(64)}, not ${featureHash}`);
    warn.mockRestore();
  });
});

describe('an encoder', () => {
  const near = async (encoder?: FixtureOptions['encoder'], seed = 'item-3') => {
    const surfaces = [{ ...fixtureSurfaces[0], sources: [{ source: 'nearest', limit: 4, weight: 1 }] }] as never;
    const { app } = await deployment({ items: 40, surfaces, ...(encoder && { encoder }) });
    const { items, degraded } = await ask(app, `surface=home&seeds=${seed}&count=2`);
    const clusters = items.slice(0, 2).map(({ id }) => Number(id.split('-')[1]) % 8);
    return { clusters, degraded };
  };

  it('makes the query of the nearest source', async () => {
    expect(await near()).toEqual({ clusters: [3, 3], degraded: [] });
    expect(await near({})).toEqual({ clusters: [4, 4], degraded: [] });
  });

  it('that does not reproduce its golden queries, or fails, gives way to the mean of the seeds, and is named', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const refused = [{ stage: 'retrieve', reason: 'encoder-refused' }];
    expect(await near({ goldenOffset: 0.01 })).toEqual({ clusters: [3, 3], degraded: refused });
    const failed = [{ stage: 'retrieve', reason: 'encoder-failed' }];
    expect(await near({ first: 3e38 }, 'item-8')).toEqual({ clusters: [0, 0], degraded: failed });
    warn.mockRestore();
  });
});

describe('the plan', () => {
  it('is seen by other isolates within seconds, and never goes back', async () => {
    const { admin, fresh, clock, release, copies } = await deployment();
    const other = fresh();
    expect((await ask(other)).release).toBe(release.id);
    const old = copies.values.get(key.plan(shop)) as Uint8Array<ArrayBuffer>;
    const next = fixtureRelease({ items: 40, seed: 5 });
    await admin.publish('shop', next, 1);
    clock.nowMs += 6000;
    expect((await ask(other)).release).toBe(next.id);
    // A copy elsewhere may lag behind by a minute.
    copies.values.set(key.plan(shop), old);
    clock.nowMs += 6000;
    expect((await ask(other)).release).toBe(next.id);
  });

  it('goes back to an older release by a new version', async () => {
    const { admin, app, release, clock } = await deployment();
    const next = fixtureRelease({ items: 40, seed: 5 });
    await admin.publish('shop', next, 1);
    expect((await ask(app)).release).toBe(next.id);
    expect((await admin.putPlan('shop', 2, release.id)).status).toBe(200);
    clock.nowMs += 6000;
    expect((await ask(app)).release).toBe(release.id);
  });

  it('stays what it was while nobody can be asked, and says so', async () => {
    const { ports, release, clock } = await deployment();
    let down = false;
    const registry = { ...ports.registry, plan: (name: SiteId) => (down ? fails() : ports.registry.plan(name)) };
    const copies = { ...ports.copies, readText: fails };
    const app = createApp({ ...ports, registry, copies });
    expect((await ask(app)).degraded).toEqual([]);
    down = true;
    clock.nowMs += 6000;
    expect(await ask(app)).toMatchObject({ release: release.id, degraded: [{ stage: 'assign', reason: 'plan-stale' }] });
    const cold = createApp({ ...ports, registry, copies });
    expect(await ask(cold)).toMatchObject({
      items: [],
      degraded: [{ stage: 'assign', reason: 'plan-unavailable' }, { stage: 'retrieve' }],
    });
  });

  it('gives each visitor one arm, by its weights', async () => {
    const { admin, app, release } = await deployment();
    const next = fixtureRelease({ items: 40, seed: 5 });
    for (const [sha256, bytes] of next.files) await admin.putFile('shop', sha256, bytes);
    await admin.putRelease('shop', next);
    await admin.putPlan('shop', 1, release.id, next.id);
    const user = (n: number) => `user=5f0f3b1e-8a52-4c9f-9f55-${n.toString(16).padStart(12, '0')}`;
    const arms = await Promise.all(Array.from({ length: 60 }, async (_, n) => (await ask(app, user(n))).release));
    const again = await Promise.all(Array.from({ length: 60 }, async (_, n) => (await ask(app, user(n))).release));
    expect(again).toEqual(arms);
    const share = arms.filter((id) => id === next.id).length / arms.length;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.75);
    expect((await ask(app)).arm).toBe('champion');
  });
});

describe('a source', () => {
  const trendingBit = 32;

  it('that fails or is late is dropped and named', async () => {
    const down = await deployment({ items: 40 }, { trending: { top: fails, add: fails } });
    expect((await ask(down.app)).degraded).toEqual([{ stage: 'retrieve', reason: 'source-failed:trending' }]);
    const never = await deployment({ items: 40 }, { trending: { top: () => new Promise(() => {}), add: fails } });
    const pack = await ask(never.app);
    expect(pack.degraded).toEqual([{ stage: 'retrieve', reason: 'source-late:trending' }]);
    expect(pack.items.length).toBeGreaterThan(12);
  });

  it('of the moment is read once per some seconds and follows the clicks', async () => {
    const { app, trending, clock } = await deployment();
    await trending.add(shop, [
      { id: 'a', item: 'item-7', tMs: 0 },
      { id: 'b', item: 'unknown', tMs: 0 },
    ]);
    const trends = (pack: Pack) => pack.items.filter((_, i) => ((pack.sources[i] ?? 0) & trendingBit) !== 0).map(({ id }) => id);
    expect(trends(await ask(app))).toEqual(['item-7']);
    await trending.add(shop, [{ id: 'c', item: 'item-9', tMs: 0 }]);
    expect(trends(await ask(app))).toEqual(['item-7']);
    clock.nowMs += 11_000;
    await ask(app);
    expect(trends(await ask(app)).sort()).toEqual(['item-7', 'item-9']);
  });

  it('that finds too little is filled up with what is popular, behind what it found', async () => {
    const surfaces = fixtureSurfaces.map((surface) =>
      surface.name === 'similar' ? { ...surface, sources: [{ source: 'similar' as SourceName, limit: 3, weight: 1 }] } : surface,
    );
    const { app } = await deployment({ items: 40, surfaces, goldenOffset: 1 });
    const pack = await ask(app, 'surface=similar&item=item-1&count=10');
    expect(pack.items.length).toBeGreaterThanOrEqual(10);
    expect(pack.sources.slice(0, 3).every((bits) => (bits & 4) !== 0)).toBe(true);
    expect(pack.sources.slice(3).every((bits) => bits === 1)).toBe(true);
  });
});

describe('secrets', () => {
  it('that are not set leave slates unsigned and nothing publishable', async () => {
    const { fresh } = await deployment();
    for (const signingKeys of [undefined, 'k1:short', 'no colon', 'k1:!!!!']) {
      const pack = await ask(fresh({ secrets: { adminToken: undefined, signingKeys } }));
      expect(pack).toMatchObject({ token: '', degraded: [{ stage: 'log', reason: 'unsigned' }] });
    }
    const bare = adminOf(fresh({ secrets: { adminToken: undefined, signingKeys: undefined } }).fetch);
    const response = await bare.call('sites/shop/plan');
    expect([response.status, await response.json()]).toEqual([503, expect.objectContaining({ code: 'not-ready' })]);
  });
});

it('answers what fails inside with a problem that says nothing of it', async () => {
  const { ports, fresh } = await deployment();
  const files = { ...ports.files, stream: async () => Promise.reject(new Error('secret detail at host-17')) };
  const response = await fresh({ files }).fetch(new Request(`${origin}/v1/engine/x.wasm`));
  const text = await response.text();
  expect(response.status).toBe(500);
  expect(JSON.parse(text)).toMatchObject({ code: 'internal' });
  expect(text).not.toContain('secret');
});
