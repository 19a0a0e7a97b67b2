import { applyD1Migrations } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import { key } from '../../shared/contract/key.ts';
import { limit } from '../../shared/contract/limit.ts';
import { adminOf, origin, site } from '../fixture/client.ts';
import { env, fetchWorker, get } from '../fixture/local.ts';
import { fixtureRelease } from '../fixture/release.ts';

const admin = adminOf(fetchWorker);
const release = fixtureRelease();
const [firstSha = '', firstBytes = new Uint8Array()] = [...release.files][0] ?? [];
const problemOf = async (response: Response) => ({
  status: response.status,
  ...(await response.json<Record<string, unknown>>()),
});

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.MIGRATIONS);
});

describe('files', () => {
  it('are stored once and may be sent again', async () => {
    expect((await admin.putFile('files', firstSha, firstBytes)).status).toBe(201);
    expect((await admin.putFile('files', firstSha, firstBytes)).status).toBe(200);
    const head = await admin.call(`sites/files/files/${firstSha}`, { method: 'HEAD' });
    expect(head.status).toBe(200);
  });

  it('are refused when their digest is another, and nothing is stored', async () => {
    const wrong = 'f'.repeat(64);
    expect(await problemOf(await admin.putFile('files', wrong, firstBytes))).toMatchObject({ status: 400, code: 'bad-digest' });
    expect((await admin.call(`sites/files/files/${wrong}`)).status).toBe(404);
  });

  it('are refused when they are too large, before they are read', async () => {
    const body = new FixedLengthStream(limit.releaseFileBytes + 1);
    const request = new Request(`${origin}/v1/admin/sites/files/files/${'a'.repeat(64)}`, {
      method: 'PUT',
      headers: {
        authorization: 'Bearer test-admin-token-of-32-characters',
        'content-length': String(limit.releaseFileBytes + 1),
      },
      body: body.readable,
    });
    const response = await fetchWorker(request);
    expect(await problemOf(response)).toMatchObject({ status: 413, code: 'too-large' });
  });

  it('are refused without the token', async () => {
    for (const token of ['', 'wrong', 'test-admin-token-of-32-character', 'test-admin-token-of-32-charactersX']) {
      const response = await admin.call(`sites/files/files/${firstSha}`, { method: 'PUT', body: firstBytes, token });
      expect(await problemOf(response)).toMatchObject({ status: 401, code: 'unauthorized' });
    }
    const none = await fetchWorker(new Request(`${origin}/v1/admin/sites/files/plan`));
    expect(none.status).toBe(401);
  });
});

describe('releases', () => {
  it('are refused until all of their files are stored', async () => {
    const files = [...release.files];
    for (const [sha256, bytes] of files.slice(2)) await admin.putFile('partial', sha256, bytes);
    const problem = await problemOf(await admin.putRelease('partial', release));
    expect(problem).toMatchObject({ status: 400, code: 'incomplete-release' });
    const missing = (problem as unknown as { missing: { sha256: string }[] }).missing;
    expect(missing.map(({ sha256 }) => sha256).sort()).toEqual(
      files
        .slice(0, 2)
        .map(([sha256]) => sha256)
        .sort(),
    );
    expect(await problemOf(await admin.putPlan('partial', 0, release.id))).toMatchObject({ code: 'unknown-release' });
    expect((await get('/v1/recommend?site=partial')).status).toBe(404);
    for (const [sha256, bytes] of files.slice(0, 2)) await admin.putFile('partial', sha256, bytes);
    expect((await admin.putRelease('partial', release)).status).toBe(200);
    expect((await admin.putRelease('partial', release)).status).toBe(200);
    expect(await (await admin.call('sites/partial/releases')).json()).toMatchObject({
      releases: [{ release: release.id, items: 300 }],
    });
    expect(await (await admin.call(`sites/partial/releases/${release.id}`)).json()).toEqual(release.manifest);
    expect((await admin.call(`sites/other/releases/${release.id}`)).status).toBe(404);
  });

  it('are refused under another id, and when they are no manifest', async () => {
    const renamed = await admin.putRelease('partial', { id: 'b'.repeat(64) as typeof release.id, manifest: release.manifest });
    expect(await problemOf(renamed)).toMatchObject({ status: 400, code: 'bad-digest' });
    const changed = { id: release.id, manifest: { ...release.manifest, seed: 8 } };
    expect(await problemOf(await admin.putRelease('partial', changed))).toMatchObject({ code: 'bad-digest' });
    for (const body of ['{', '{}', 'null', JSON.stringify({ ...release.manifest, files: [] })]) {
      const response = await admin.call(`sites/partial/releases/${release.id}`, { method: 'PUT', body });
      expect(await problemOf(response)).toMatchObject({ status: 400, code: 'bad-body' });
    }
    const large = await admin.call(`sites/partial/releases/${release.id}`, {
      method: 'PUT',
      body: ' '.repeat(limit.manifestBytes + 1),
    });
    expect(await problemOf(large)).toMatchObject({ status: 413, code: 'too-large' });
  });

  it('may exist without being live: the site is known and says so', async () => {
    for (const [sha256, bytes] of release.files) await admin.putFile('waiting', sha256, bytes);
    await admin.putRelease('waiting', release);
    const response = await get('/v1/recommend?site=waiting');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      items: [],
      rerank: false,
      degraded: [{ stage: 'retrieve', reason: 'no-release' }],
    });
    expect(await (await get('/v1/health?site=waiting')).json()).toMatchObject({ ok: false, release: null });
  });
});

describe('the plan', () => {
  it('changes for exactly one of many racing publishers', async () => {
    await admin.publish('race', release);
    const others = [1, 2, 3].map((seed) => fixtureRelease({ seed, items: 40 }));
    for (const other of others) {
      for (const [sha256, bytes] of other.files) await admin.putFile('race', sha256, bytes);
      await admin.putRelease('race', other);
    }
    const racers = [...others, ...others, ...others, ...others];
    const responses = await Promise.all(racers.map((racer) => admin.putPlan('race', 1, racer.id)));
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
    const winner = responses.findIndex(({ status }) => status === 200);
    const losers = await Promise.all(responses.filter(({ status }) => status !== 200).map(problemOf));
    for (const loser of losers) expect(loser).toMatchObject({ status: 409, code: 'conflict', version: 2 });
    expect(await (await get('/v1/recommend?site=race')).json()).toMatchObject({ release: racers[winner]?.id });
  });

  it('is refused when it is not a whole plan of this site', async () => {
    const arm = { name: 'champion', release: release.id, weight: 1, mode: 'live' };
    const put = async (body: unknown) =>
      await problemOf(await admin.call('sites/partial/plan', { method: 'PUT', body: JSON.stringify(body) }));
    const plan = { site: 'partial', version: 1, salt: 's', arms: [arm] };
    const wrong: unknown[] = [
      { plan },
      { expect: 0, plan: { ...plan, version: 5 } },
      { expect: 0, plan: { ...plan, site: 'race' } },
      { expect: 0, plan: { ...plan, arms: [] } },
      { expect: 0, plan: { ...plan, arms: [arm, arm] } },
      { expect: 0, plan: { ...plan, arms: [{ ...arm, mode: 'off' }] } },
      { expect: 0, plan: { ...plan, arms: [{ ...arm, weight: -1 }] } },
    ];
    for (const body of wrong) expect(await put(body)).toMatchObject({ status: 400, code: 'bad-body' });
  });
});

describe('two sites', () => {
  it('read nothing of each other', async () => {
    const one = fixtureRelease({ seed: 21, items: 40, prefix: 'one' });
    const two = fixtureRelease({ seed: 22, items: 40, prefix: 'two' });
    await admin.publish('one', one);
    await admin.publish('two', two);
    for (const [name, own, other] of [
      ['one', one, two],
      ['two', two, one],
    ] as const) {
      const pack = await (await get(`/v1/recommend?site=${name}`)).json<{ release: string; items: { id: string }[] }>();
      expect(pack.release).toBe(own.id);
      expect(pack.items.every(({ id }) => id.startsWith(`${name}-`))).toBe(true);
      expect((await get(`/v1/items/${other.items[0]?.id}?site=${name}`)).status).toBe(404);
      for (const sha256 of other.files.keys()) {
        if (!own.files.has(sha256)) expect((await get(`/v1/files/${sha256}?site=${name}`)).status).toBe(404);
      }
      // A release that another site published is not published here.
      expect(await problemOf(await admin.putPlan(name, 1, other.id))).toMatchObject({ code: 'unknown-release' });
    }
    const hour = '2026-01-01T00';
    await env.FILES.put(key.events(site('two'), hour, 'c'.repeat(64)), '{}\n');
    const list = await (await admin.call('sites/one/log?type=event')).json<{ objects: unknown[] }>();
    expect(list.objects).toEqual([]);
    const foreign = encodeURIComponent(key.events(site('two'), hour, 'c'.repeat(64)));
    expect((await admin.call(`sites/two/log/object?key=${foreign}`)).status).toBe(200);
    expect((await admin.call(`sites/one/log/object?key=${foreign}`)).status).toBe(400);
  });
});
