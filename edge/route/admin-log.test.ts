import { applyD1Migrations } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RejectedRecord } from '../../shared/contract/event.ts';
import { hourOf } from '../../shared/contract/key.ts';
import { sha256Text } from '../../shared/contract/sha256.ts';
import { eventDeployment } from '../adapter/memory-deployment.ts';
import { adminOf } from '../fixture/client.ts';
import { batchOf, click, eventId, logRow, user } from '../fixture/event.ts';
import { env, fetchWorker, get } from '../fixture/local.ts';
import { fixtureRelease } from '../fixture/release.ts';
import * as answers from '../schema/answer.ts';

const hourMs = 3_600_000;
const ndjson = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n');
const json = async (response: Response | Promise<Response>) => await (await response).json<Record<string, unknown>>();

describe('the log of the real stores', () => {
  const admin = adminOf(fetchWorker);
  beforeAll(async () => {
    await applyD1Migrations(env.DB, env.MIGRATIONS);
    await admin.publish('shop', fixtureRelease({ items: 40 }));
  });

  it('is listed by hour and page by page, with sizes and digests of the very bytes', async () => {
    for (const n of [1, 2, 3]) {
      const response = await get('/v1/events?site=shop', { method: 'POST', body: batchOf([click(n)]) });
      expect(response.status).toBe(202);
    }
    const hours = answers.logHours.parse(await json(admin.call('sites/shop/log/hours?type=event')));
    expect(hours.hours.length).toBeGreaterThan(0);
    const now = hours.hours.at(-1) ?? '';
    expect(hours.closedBefore <= now).toBe(true);
    const behind = answers.logHours.parse(await json(admin.call(`sites/shop/log/hours?type=event&after=${now}`)));
    expect(behind).toMatchObject({ hours: [], more: false });

    const ids: string[] = [];
    for (const hour of hours.hours) {
      let cursor: string | undefined;
      do {
        const next = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const page = answers.logObjects.parse(await json(admin.call(`sites/shop/log?type=event&hour=${hour}&limit=2${next}`)));
        expect(page.objects.length).toBeLessThanOrEqual(2);
        for (const object of page.objects) {
          const response = await admin.call(`sites/shop/log/object?key=${encodeURIComponent(object.key)}`);
          expect(response.headers.get('content-type')).toBe('application/x-ndjson');
          const text = await response.text();
          expect([text.length, sha256Text(text)]).toEqual([object.bytes, object.sha256]);
          ids.push(
            ...text
              .trim()
              .split('\n')
              .map((line) => (JSON.parse(line) as { id: string }).id),
          );
        }
        cursor = page.cursor;
      } while (cursor !== undefined);
    }
    expect(ids.sort()).toEqual([eventId(1), eventId(2), eventId(3)]);
  });

  it('forgets in R2, and lists whom', async () => {
    const response = await get('/v1/forget?site=shop', { method: 'POST', body: JSON.stringify({ user }) });
    const forgotten = answers.forgotten.parse(await response.json());
    expect(forgotten).toMatchObject({ site: 'shop', user: sha256Text(user) });
    const listed = answers.forgottenUsers.parse(await json(admin.call('sites/shop/forgotten')));
    expect(listed.forgotten).toEqual([{ user: forgotten.user, untilMs: forgotten.untilMs }]);
    const { objects } = await env.FILES.list({ prefix: 'site/shop/forget/' });
    expect(objects.map(({ key }) => key).join()).not.toContain(user);
  });
});

describe('an object', () => {
  it('is removed by who has read it, once, and nothing else is', async () => {
    const { send, admin, rows, objects } = await eventDeployment();
    await send(batchOf([click(1)]));
    const [object = { name: '', text: '' }] = objects('/log/event/');
    const path = (name: string, text: string) =>
      `sites/shop/log/object?key=${encodeURIComponent(name)}&sha256=${sha256Text(text)}`;
    const remove = (name: string, text: string) => admin.call(path(name, text), { method: 'DELETE' });
    expect((await remove(object.name, 'other')).status).toBe(409);
    expect((await remove('site/other/log/event/x', '')).status).toBe(400);
    expect((await remove('site/shop/release/x.json', '')).status).toBe(400);
    expect(rows()).toHaveLength(1);
    expect(await json(remove(object.name, object.text))).toEqual({ key: object.name, deleted: true });
    expect(await json(remove(object.name, object.text))).toEqual({ key: object.name, deleted: false });
    expect(rows()).toEqual([]);
  });
});

describe('replay', () => {
  it('puts a repaired batch back, found by its record, once, at whatever hour', async () => {
    const { send, admin, rows, settled, clock, sent } = await eventDeployment();
    await send(batchOf([{ ...click(1), type: 'rating', value: '4' }]));
    await settled();
    const { objects: listed } = answers.logObjects.parse(await json(admin.call('sites/shop/log?type=rejected')));
    const path = `sites/shop/log/object?key=${encodeURIComponent(listed[0]?.key ?? '')}`;
    const record = (await json(admin.call(path))) as unknown as RejectedRecord;
    expect(record.rejected?.[0]?.detail).toContain('/value');
    expect(rows()).toEqual([]);

    const repaired = record.original.replace('"4"', '4');
    const replay = () => admin.call(`sites/shop/events/replay?receivedMs=${record.atMs}`, { method: 'POST', body: repaired });
    clock.nowMs += 5 * hourMs;
    const first = answers.replayed.parse(await json(replay()));
    expect(first).toMatchObject({ accepted: 1, duplicates: 0, rejected: [], stored: true });
    expect(first.key).toContain(`hour=${hourOf(clock.nowMs)}/`);
    clock.nowMs += 3 * hourMs;
    expect(await json(replay())).toEqual({ ...first, stored: false });
    expect(rows()).toMatchObject([{ id: eventId(1), value: 4, receivedMs: record.atMs, tMs: record.atMs - 100 }]);
    expect(sent()).toHaveLength(1);
    expect((await admin.call('sites/shop/events/replay', { method: 'POST', body: repaired })).status).toBe(400);
  });

  it('takes rows of the log, judged one by one', async () => {
    const { admin, rows, sent } = await eventDeployment();
    const many = Array.from({ length: 250 }, (_, n) => logRow(n + 100));
    const body = [
      ndjson([logRow(1), logRow(2, { type: 'stare' }), logRow(3, { site: 'other' }), logRow(1), logRow(4, { id: user })]),
      '{"cut',
      '',
      ndjson(many),
    ].join('\n');
    const replay = () => admin.call('sites/shop/events/replay', { method: 'POST', body });
    const first = answers.replayed.parse(await json(replay()));
    expect(first).toMatchObject({ accepted: 252, duplicates: 1, stored: true });
    expect(first.rejected.map(({ index }) => index)).toEqual([1, 2, 5]);
    expect(await json(replay())).toMatchObject({ key: first.key, stored: false });
    expect(rows()).toHaveLength(252);
    expect(rows()[0]).toEqual(logRow(1));
    expect(sent().map(({ events }) => events.length)).toEqual([100, 100, 52]);
  });

  it('refuses what is too much, nothing of ours, or from someone else', async () => {
    const { admin, app, rows } = await eventDeployment();
    const replay = (body: string, token?: string) =>
      admin.call('sites/shop/events/replay', { method: 'POST', body, ...(token && { token }) });
    expect(await json(replay(''))).toEqual({ accepted: 0, duplicates: 0, rejected: [], stored: false });
    expect((await replay(`${JSON.stringify(logRow(1))}\n`.repeat(1001))).status).toBe(413);
    expect((await replay(' '.repeat(1024 * 1024 + 1))).status).toBe(413);
    expect((await replay(ndjson([logRow(1)]), 'wrong')).status).toBe(401);
    const open = await app.fetch(
      new Request('https://edge.test/v1/admin/sites/shop/events/replay', { method: 'POST', body: '' }),
    );
    expect(open.status).toBe(401);
    expect(rows()).toEqual([]);
  });
});

describe('forgetting', () => {
  it('is for the visitor who knows the key, and for the owner', async () => {
    const { post, admin, app, clock } = await eventDeployment();
    const forget = (body: string) => post('/v1/forget?site=shop', body);
    expect(await json(forget(JSON.stringify({ user })))).toEqual({ site: 'shop', user: sha256Text(user), untilMs: clock.nowMs });
    clock.nowMs += 1000;
    const remove = (path: string, token?: string) =>
      app.fetch(
        new Request(`https://edge.test${path}`, { method: 'DELETE', headers: token ? { authorization: `Bearer ${token}` } : {} }),
      );
    const token = 'test-admin-token-of-32-characters';
    const removed = await remove(`/v1/users/${user}?site=shop`, token);
    expect(removed.headers.get('access-control-allow-origin')).toBeNull();
    expect(await json(removed)).toEqual({ site: 'shop', user: sha256Text(user), untilMs: clock.nowMs });
    // One entry per visitor, with the latest time.
    const listed = answers.forgottenUsers.parse(await json(admin.call('sites/shop/forgotten')));
    expect(listed).toEqual({ forgotten: [{ user: sha256Text(user), untilMs: clock.nowMs }] });
    expect(await json(admin.call('sites/other/forgotten'))).toEqual({ forgotten: [] });

    for (const wrong of ['', '{', '{"user":"me"}', '[]', `{"user":"${user}"}${' '.repeat(1024)}`])
      expect([400, 413]).toContain((await forget(wrong)).status);
    expect((await post('/v1/forget?site=nobody', JSON.stringify({ user }))).status).toBe(404);
    expect((await remove(`/v1/users/${user}?site=shop`)).status).toBe(401);
    expect((await remove(`/v1/users/${user}?site=shop`, 'wrong')).status).toBe(401);
    expect((await remove('/v1/users/me?site=shop', token)).status).toBe(400);
    expect((await remove(`/v1/users/${user}?site=nobody`, token)).status).toBe(404);
  });

  it('says so when it cannot be stored, and is limited', async () => {
    const { files } = await eventDeployment();
    const full = await eventDeployment({ files: { ...files, write: async () => Promise.reject(new Error('down')) } });
    expect((await full.post('/v1/forget?site=shop', JSON.stringify({ user }))).status).toBe(503);
    const limited = await eventDeployment({ gate: { allows: async () => false } });
    expect((await limited.post('/v1/forget?site=shop', JSON.stringify({ user }))).status).toBe(429);
  });
});
