import { applyD1Migrations, createScheduledController } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ItemId } from '../shared/contract/id.ts';
import { key } from '../shared/contract/key.ts';
import { type Pack, packDigestText, type SlateAnswer } from '../shared/contract/pack.ts';
import { sha256Text } from '../shared/contract/sha256.ts';
import { fromBase64 } from '../shared/model/base64.ts';
import { adminOf, site } from './fixture/client.ts';
import { env, fetchWorker, get } from './fixture/local.ts';
import { fixtureRelease } from './fixture/release.ts';
import { createSigner } from './pack/token.ts';
import * as answers from './schema/answer.ts';
import { operations } from './schema/operation.ts';
import worker from './worker.ts';

const admin = adminOf(fetchWorker);
const release = fixtureRelease();
const itemOf = (id: string) => release.items.find((item) => item.id === id);

const recommend = async (query = '') => {
  const response = await get(`/v1/recommend?site=shop&${query}`);
  expect(response.status).toBe(200);
  return await response.json<Pack>();
};
const refused = async (path: string, init?: RequestInit) => {
  const response = await get(path, init);
  const problem = await response.json<Record<string, unknown>>();
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(problem).toMatchObject({ status: response.status, type: `https://vitrine.dev/problem/${problem.code}` });
  return problem;
};

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.MIGRATIONS);
  await admin.publish('shop', release);
});

describe('GET /v1/recommend', () => {
  it('answers a pack whose columns belong together', async () => {
    const pack = answers.pack.parse(await recommend('surface=home&count=12&seeds=item-3,item-11'));
    expect(pack).toMatchObject({ site: 'shop', release: release.id, arm: 'champion', count: 12, rerank: true, degraded: [] });
    const n = pack.items.length;
    expect(n).toBeGreaterThan(100);
    for (const column of [pack.scores, pack.sources, pack.propensities]) expect(column).toHaveLength(n);
    expect(fromBase64(pack.served)).toHaveLength(n * 5 * 4);
    expect(fromBase64(pack.vectors.data)).toHaveLength(n * pack.vectors.dim);
    expect(fromBase64(pack.vectors.scales)).toHaveLength(n * 4);
    expect(new Set(pack.items.map(({ id }) => id)).size).toBe(n);
    expect(pack.scores).toEqual([...pack.scores].sort((a, b) => b - a));
    for (const item of pack.items) expect(itemOf(item.id)).toMatchObject(item);
    for (const { sha256, bytes } of [pack.model?.heavy, pack.model?.features, pack.model?.golden].flatMap((file) => file ?? [])) {
      const file = await get(`/v1/files/${sha256}?site=shop`);
      expect((await file.arrayBuffer()).byteLength).toBe(bytes);
    }
  });

  it('signs what decides an order', async () => {
    const pack = await recommend();
    const signer = createSigner(String(env.SIGNING_KEYS));
    const claim = await signer.verify(pack.token);
    expect(claim).toMatchObject({ site: 'shop', slate: pack.slate, surface: 'home', release: release.id, arm: 'champion' });
    expect(claim?.digest).toBe(sha256Text(packDigestText(pack)));
    const tampered = { ...pack, scores: pack.scores.map((score) => score + 1) };
    expect(claim?.digest).not.toBe(sha256Text(packDigestText(tampered)));
  });

  it('answers a finished slate with rank=edge, from the same cascade', async () => {
    const slate = (await recommend('rank=edge&count=7&seeds=item-3')) as unknown as SlateAnswer;
    answers.slateAnswer.parse(slate);
    expect(slate.items).toHaveLength(7);
    const pack = await recommend('count=7&seeds=item-3');
    expect(slate.items.map(({ id }) => id)).toEqual(pack.items.slice(0, 7).map(({ id }) => id));
  });

  it('follows seeds and ignores those that it does not know', async () => {
    const without = (await recommend('count=20')).items.slice(0, 20).map(({ id }) => id);
    const western = (await recommend('count=20&seeds=item-5,item-13,item-21')).items.slice(0, 20);
    const share = (items: readonly { id: ItemId }[]) =>
      items.filter(({ id }) => itemOf(id)?.categories.includes('Western')).length / items.length;
    expect(western.map(({ id }) => id)).not.toEqual(without);
    expect(share(western)).toBeGreaterThan(0.6);
    expect((await recommend('count=20&seeds=nobody,,%20')).items.slice(0, 20).map(({ id }) => id)).toEqual(without);
  });

  it('is about the item of the page and never shows it', async () => {
    const response = await get('/v1/similar/item-8?site=shop&count=10&rank=edge');
    const slate = answers.slateAnswer.parse(await response.json());
    expect(slate.surface).toBe('similar');
    expect(slate.items).toHaveLength(10);
    expect(slate.items.map(({ id }) => id)).not.toContain('item-8');
    // At most half of the slate may lead with one category.
    expect(slate.items.filter(({ categories }) => categories[0] === 'Action').length).toBe(5);
  });

  it.each([
    ['site=shop&count=0', 400, 'bad-parameter', 'count'],
    ['site=shop&count=NaN', 400, 'bad-parameter', 'count'],
    ['site=shop&count=1e1', 400, 'bad-parameter', 'count'],
    ['site=shop&count=101', 400, 'bad-parameter', 'count'],
    ['site=shop&count=1&count=2', 400, 'bad-parameter', 'count'],
    ['site=shop&rank=both', 400, 'bad-parameter', 'rank'],
    ['site=shop&tz=841', 400, 'bad-parameter', 'tz'],
    ['site=shop&user=me', 400, 'bad-parameter', 'user'],
    [`site=shop&seeds=${Array(11).fill('a').join()}`, 400, 'bad-parameter', 'seeds'],
    [`site=shop&seeds=${'a'.repeat(129)}`, 400, 'bad-parameter', 'seeds'],
    ['site=shop&item=%00', 400, 'bad-parameter', 'item'],
    ['count=3', 400, 'bad-parameter', 'site'],
    ['site=No', 400, 'bad-parameter', 'site'],
    ['site=nobody', 404, 'unknown-site', 'site'],
    ['site=shop&surface=cellar', 404, 'unknown-surface', 'surface'],
    ['site=shop&item=nothing', 404, 'unknown-item', 'item'],
  ])('refuses %s with %i %s', async (query, status, code, at) => {
    expect(await refused(`/v1/recommend?${query}`)).toMatchObject({ status, code, at });
  });
});

describe('catalogue', () => {
  it('answers popularity, items and titles', async () => {
    const popular = answers.slateAnswer.parse(await (await get('/v1/popular?site=shop&count=5')).json());
    expect(popular.items.map(({ score }) => score)).toEqual(popular.items.map(({ score }) => score).sort((a, b) => b - a));
    const comedy = answers.slateAnswer.parse(await (await get('/v1/popular?site=shop&count=5&category=Comedy')).json());
    expect(comedy.items.every(({ categories }) => categories.includes('Comedy'))).toBe(true);
    const none = answers.slateAnswer.parse(await (await get('/v1/popular?site=shop&category=Nothing')).json());
    expect(none.items).toEqual([]);

    expect(answers.item.parse(await (await get('/v1/items/item-4?site=shop')).json())).toMatchObject({ id: 'item-4' });
    expect(await refused('/v1/items/item-9999?site=shop')).toMatchObject({ code: 'unknown-item' });

    const response = await get('/v1/titles?site=shop');
    const titles = answers.titles.parse(await response.json());
    expect(titles.items).toHaveLength(300);
    const again = await get('/v1/titles?site=shop', { headers: { 'if-none-match': String(response.headers.get('etag')) } });
    expect(again.status).toBe(304);
  });

  it('serves a file by content, for ever, to its own site only', async () => {
    const [sha256 = '', bytes] = [...release.files][0] ?? [];
    const file = await get(`/v1/files/${sha256}?site=shop`);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
    expect(file.headers.get('cache-control')).toContain('immutable');
    const again = await get(`/v1/files/${sha256}?site=shop`, { headers: { 'if-none-match': `"${sha256}"` } });
    expect(again.status).toBe(304);
    expect(await refused(`/v1/files/${sha256}?site=other`)).toMatchObject({ code: 'not-found' });
    expect(await refused('/v1/files/zz?site=shop')).toMatchObject({ code: 'bad-parameter' });
  });

  it('keeps engine binaries for all sites', async () => {
    expect(await refused('/v1/engine/ort-1.wasm')).toMatchObject({ code: 'not-found' });
    const put = await admin.call('engine/ort-1.wasm', { method: 'PUT', body: Uint8Array.of(0, 97, 115, 109) });
    expect(put.status).toBe(201);
    const engine = await get('/v1/engine/ort-1.wasm');
    expect(engine.headers.get('content-type')).toBe('application/wasm');
    expect(new Uint8Array(await engine.arrayBuffer())).toEqual(Uint8Array.of(0, 97, 115, 109));
    expect(await refused('/v1/engine/..%2fsite')).toMatchObject({ code: 'bad-parameter' });
  });
});

describe('HTTP', () => {
  it('says how it is', async () => {
    expect(await (await get('/v1/health')).json()).toMatchObject({ ok: true });
    const health = answers.health.parse(await (await get('/v1/health?site=shop')).json());
    expect(health).toMatchObject({ ok: true, release: release.id, items: 300, plan: 1, engine: 'kernel', signed: true });
    expect(await (await get('/v1/hello')).text()).toBe('hello');
  });

  it('documents every route that it has, and only those', async () => {
    const document = await (await get('/openapi.json')).json<{
      openapi: string;
      paths: Record<string, Record<string, unknown>>;
    }>();
    expect(document.openapi).toBe('3.1.0');
    for (const name of Object.keys(operations)) {
      const [method = '', path = ''] = name.split(' ');
      expect(document.paths[path]?.[method.toLowerCase()]).toBeDefined();
      // A path that the app did not know would be a 404 to OPTIONS.
      const options = await get(path.replaceAll(/\{[a-z0-9]+\}/g, 'x'), { method: 'OPTIONS' });
      expect([path, options.status]).toEqual([path, path.includes('/admin/') ? 401 : 204]);
    }
  });

  it('opens public routes to any page and admin routes to none', async () => {
    const options = await get('/v1/events', { method: 'OPTIONS' });
    expect(options.headers.get('access-control-allow-origin')).toBe('*');
    expect(options.headers.get('access-control-allow-methods')).toBe('POST');
    expect((await get('/v1/recommend?site=shop')).headers.get('access-control-allow-origin')).toBe('*');
    expect((await get('/v1/recommend')).headers.get('access-control-allow-origin')).toBe('*');
    const plan = await admin.call('sites/shop/plan');
    expect(plan.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('answers HEAD, wrong methods and unknown paths as HTTP says', async () => {
    const head = await get('/v1/titles?site=shop', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const wrong = await get('/v1/recommend', { method: 'POST' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    for (const path of ['/v1/nothing', '/v1/recommend/x', '/v1/', '/nothing.js']) {
      expect(await refused(path, { headers: { accept: 'text/html' } })).toMatchObject({ code: 'not-found' });
    }
    expect(await refused('/items/3')).toMatchObject({ code: 'not-found' });
  });

  it.each(['/item/item-3', '/item/item.3'])('gives the page path %s to the demo, whoever asks', async (path) => {
    for (const method of ['GET', 'HEAD'])
      for (const headers of [{}, { accept: '*/*' }, { accept: 'text/html,*/*' }]) {
        const page = await get(path, { method, headers });
        expect([method, headers, page.status]).toEqual([method, headers, 200]);
        expect(page.headers.get('content-type')).toContain('text/html');
      }
  });
});

it('repairs copies of plans on schedule', async () => {
  const name = key.plan(site('shop'));
  await env.COPIES.put(name, 'damaged');
  await worker.scheduled(createScheduledController(), env);
  expect(await env.COPIES.get(name, 'json')).toMatchObject({ site: 'shop', version: 1, arms: [{ release: release.id }] });
});
