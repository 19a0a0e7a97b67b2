import { applyD1Migrations } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import { adminOf } from './fixture/client.ts';
import { env, fetchWorker, get } from './fixture/local.ts';
import { fixtureRelease } from './fixture/release.ts';

const admin = adminOf(fetchWorker);

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.MIGRATIONS);
});

describe('the Worker on local bindings', () => {
  it('publishes a release and answers from it', async () => {
    const release = fixtureRelease();
    await admin.publish('shop', release);
    const health = await get('/v1/health?site=shop');
    expect(await health.json()).toMatchObject({ ok: true, release: release.id, items: 300, engine: 'kernel', degraded: [] });
    const response = await get('/v1/recommend?site=shop&surface=home&count=12&seeds=item-3,item-11');
    expect(response.status).toBe(200);
    const pack = await response.json<Record<string, unknown>>();
    expect(pack).toMatchObject({ v: 1, release: release.id, arm: 'champion', count: 12, degraded: [] });
  });
});
