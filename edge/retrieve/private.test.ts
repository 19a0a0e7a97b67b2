import { describe, expect, it } from 'vitest';
import type { Pack, SlateAnswer } from '../../shared/contract/pack.ts';
import { type Surface, sourceNames } from '../../shared/contract/surface.ts';
import { memoryPorts } from '../adapter/memory-ports.ts';
import { createApp } from '../app.ts';
import { adminOf, origin } from '../fixture/client.ts';
import { fixtureDelta } from '../fixture/delta.ts';
import { fixtureRelease, fixtureSurfaces } from '../fixture/release.ts';
import type { SlateMessage } from '../ingest/message.ts';

const own: Surface = {
  name: 'own',
  sources: [
    { source: 'popular', limit: 60, weight: 1 },
    { source: 'recent', limit: 20, weight: 1 },
    { source: 'nearest', limit: 80, weight: 1 },
  ],
  rules: { excludeSeen: true, categoryShare: 1 },
  rerank: true,
  retrieval: 'private',
};
const release = fixtureRelease({ surfaces: [...fixtureSurfaces, own], private: true });
const indexOf = release.manifest.files.find(({ role }) => role === 'private');

async function deployment() {
  const memory = memoryPorts();
  const app = createApp(memory.ports);
  const admin = adminOf(app.fetch);
  const get = (path: string) => app.fetch(new Request(`${origin}${path}`));
  return { ...memory, admin, get };
}

describe('a surface with private retrieval', () => {
  it('gets the same candidates for everybody, and what its device finds others with', async () => {
    const { admin, get, log, settled } = await deployment();
    await admin.publish('shop', release);
    const pack = async (more: string) => await (await get(`/v1/recommend?site=shop&surface=own${more}`)).json<Pack>();
    const [nobody, somebody] = [await pack(''), await pack('&seeds=item-7,item-15')];
    expect(somebody.items).toEqual(nobody.items);
    expect(somebody.degraded).toEqual([]);
    const found = (1 << sourceNames.indexOf('popular')) | (1 << sourceNames.indexOf('recent'));
    expect(somebody.sources.every((bits) => (bits & ~found) === 0)).toBe(true);
    expect(somebody.private).toEqual({ index: { sha256: indexOf?.sha256, bytes: indexOf?.bytes }, limit: 80 });
    const file = await get(`/v1/files/${somebody.private?.index.sha256}?site=shop`);
    expect(file.headers.get('cache-control')).toContain('immutable');
    await settled();
    const records = log.messages.map((message) => (message as SlateMessage).record);
    expect(records).toHaveLength(2);
    expect(records.some((record) => 'seeds' in record)).toBe(false);
    const finished = await (await get('/v1/recommend?site=shop&surface=own&rank=edge')).json<SlateAnswer>();
    expect(finished.items).toHaveLength(12);
    expect((await pack('').then(() => get('/v1/recommend?site=shop'))).status).toBe(200);
  });

  it('names what has changed since the release', async () => {
    const { admin, get } = await deployment();
    await admin.publish('shop', release);
    const { sha256, bytes } = fixtureDelta(release);
    await admin.putFile('shop', sha256, bytes);
    const arm = { name: 'champion', release: release.id, weight: 1, mode: 'live', delta: sha256 };
    const body = JSON.stringify({ expect: 1, plan: { site: 'shop', version: 2, salt: 's', arms: [arm] } });
    await admin.call('sites/shop/plan', { method: 'PUT', body });
    expect(await (await get('/v1/recommend?site=shop&surface=own')).json()).toMatchObject({ private: { delta: sha256 } });
  });

  it('is published with all of its lists or not at all', async () => {
    const { admin } = await deployment();
    const named = new Set(release.manifest.files.map(({ sha256 }) => sha256));
    for (const [sha256, bytes] of release.files) if (named.has(sha256)) await admin.putFile('shop', sha256, bytes);
    const lists = [...release.files].filter(([sha256]) => !named.has(sha256));
    const [first, second] = lists;
    await admin.putFile('shop', first?.[0] ?? '', first?.[1] ?? new Uint8Array());
    const refused = await admin.putRelease('shop', release);
    expect([refused.status, await refused.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'incomplete-release', missing: [expect.objectContaining({ sha256: second?.[0] })] }),
    ]);
    await admin.putFile('shop', second?.[0] ?? '', second?.[1] ?? new Uint8Array());
    expect((await admin.putRelease('shop', release)).status).toBe(200);
  });
});
