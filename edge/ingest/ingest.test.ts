import { applyD1Migrations } from 'cloudflare:test';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { LogEvent, RejectedRecord } from '../../shared/contract/event.ts';
import type { SiteId } from '../../shared/contract/id.ts';
import { key } from '../../shared/contract/key.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { Pack } from '../../shared/contract/pack.ts';
import { memoryFiles } from '../adapter/memory.ts';
import { eventDeployment } from '../adapter/memory-deployment.ts';
import { createServices } from '../app.ts';
import { adminOf, origin, site } from '../fixture/client.ts';
import { batchOf, click, eventId, session, user } from '../fixture/event.ts';
import { env, fetchWorker, get } from '../fixture/local.ts';
import { fixtureRelease } from '../fixture/release.ts';
import type { TrendingEvent } from '../port.ts';
import { accepted } from '../schema/answer.ts';
import { consumeDead, consumeLog, type Delivery } from './consume.ts';

const post = (body: string, name = 'shop', contentType = 'text/plain;charset=UTF-8') =>
  get(`/v1/events?site=${name}`, { method: 'POST', body, headers: contentType === '' ? {} : { 'content-type': contentType } });

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.MIGRATIONS);
  await adminOf(fetchWorker).publish('shop', fixtureRelease());
});

const fails = async () => Promise.reject(new Error('down'));

/** A delivery that notes what became of it. */
function delivery(body: unknown): Delivery & { outcome: string } {
  const noted = {
    body,
    outcome: 'none',
    ack: () => {
      noted.outcome += ' ack';
    },
    retry: () => {
      noted.outcome += ' retry';
    },
  };
  return noted;
}

/** The same with a release to recommend from. */
async function deployment(replace: Parameters<typeof eventDeployment>[0] = {}, published = true) {
  const memory = await eventDeployment(replace);
  if (published) await memory.admin.publish('shop', fixtureRelease({ items: 40 }));
  return memory;
}

describe('POST /v1/events', () => {
  it('takes a batch, with or without a content type that needs no preflight', async () => {
    for (const contentType of ['text/plain;charset=UTF-8', 'application/json', 'Application/JSON; charset=utf-8']) {
      const response = await post(batchOf([click(1)]), 'shop', contentType);
      expect(response.status).toBe(202);
      expect(accepted.parse(await response.json())).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    }
    const beacon = new Request(`${origin}/v1/events?site=shop`, {
      method: 'POST',
      body: new TextEncoder().encode(batchOf([click(1)])),
    });
    expect((await fetchWorker(beacon)).status).toBe(202);
  });

  it('judges events one by one', async () => {
    const events = [
      click(1),
      { ...click(2), id: '5f0f3b1e-8a52-4c9f-9f55-0a8b1b7f2d11' },
      { ...click(3), type: 'stare' },
      { ...click(4), t: 'soon' },
      { ...click(5), type: 'rating' },
      { ...click(6), type: 'rating', value: 4.5 },
      { ...click(7), type: 'impression', propensity: 0 },
      { ...click(8), item: '' },
      null,
      click(1),
    ];
    const answer = accepted.parse(await (await post(batchOf(events))).json());
    expect(answer).toMatchObject({ accepted: 2, duplicates: 1 });
    expect(answer.rejected.map(({ index }) => index)).toEqual([1, 2, 3, 4, 6, 7, 8]);
    expect(answer.rejected[0]?.detail).toBe('/id: must be a UUIDv7 in lower case');
    expect((await post(batchOf([]))).status).toBe(202);
  });

  it('keeps the named entities of an event, and takes none that could be no key', async () => {
    const entities = { card: '4711', deviceId: 'a b' };
    const many = Object.fromEntries(Array.from({ length: limit.eventEntities + 1 }, (_, i) => [`e${i}`, 'x']));
    const bad = [{ 'no name': 'x' }, { card: '' }, { card: 7 }, { card: 'x'.repeat(129) }, [], many];
    const events = [click(901, { entities }), ...bad.map((entities, i) => click(902 + i, { entities }))];
    const answer = accepted.parse(await (await post(batchOf(events))).json());
    expect(answer).toMatchObject({ accepted: 1, rejected: bad.map((_, i) => ({ index: i + 1 })) });
    expect(await logged((text) => text.includes(eventId(901)))).toMatchObject([{ entities }]);
  });

  it.each([
    ['no JSON', '{', 400, 'bad-body'],
    ['another version', batchOf([], { v: 2 }), 400, 'unknown-version'],
    ['no version', batchOf([], { v: undefined }), 400, 'bad-body'],
    ['no user', batchOf([], { user: 'me' }), 400, 'bad-body'],
    ['no list', batchOf([], { events: {} }), 400, 'bad-body'],
    ['not a time', batchOf([], { sentAt: null }), 400, 'bad-body'],
    ['too many', batchOf(Array(limit.eventBatchCount + 1).fill(click(1))), 413, 'too-large'],
    ['too long', ' '.repeat(limit.eventBatchBytes + 1), 413, 'too-large'],
    ['nothing', '', 400, 'bad-body'],
  ])('refuses %s', async (_, body, status, code) => {
    const response = await post(body);
    expect(await response.json()).toMatchObject({ status, code });
  });

  it('refuses other content types, bytes that are no UTF-8, and sites that it does not have', async () => {
    expect((await post(batchOf([click(1)]), 'shop', 'multipart/form-data; boundary=x')).status).toBe(415);
    const bytes = new Request(`${origin}/v1/events?site=shop`, { method: 'POST', body: Uint8Array.of(0x22, 0xff, 0x22) });
    expect(await (await fetchWorker(bytes)).json()).toMatchObject({ code: 'bad-body' });
    expect((await post(batchOf([click(1)]), 'nobody')).status).toBe(404);
    expect((await get('/v1/events', { method: 'POST', body: batchOf([]) })).status).toBe(400);
  });

  it('says when the log or its queue cannot take it, and when an address sends too much', async () => {
    for (const replace of [{ log: { send: fails } }, { files: { ...memoryFiles(), create: fails } }]) {
      const full = await deployment(replace, false);
      const response = await full.send(batchOf([click(1)]));
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
      expect(await response.json()).toMatchObject({ code: 'overloaded' });
    }
    const asked: string[] = [];
    const gate = {
      allows: async (name: string) => {
        asked.push(name);
        return false;
      },
    };
    const limited = await deployment({ gate });
    const response = await limited.send(batchOf([click(1)]));
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '60']);
    expect(asked).toEqual(['event shop 203.0.113.7']);
    expect(limited.rows()).toEqual([]);
  });

  it('is in the log when it is acknowledged, whatever becomes of the process and its queue', async () => {
    const { send, rows, sent } = await deployment();
    const response = await send(batchOf([click(1), click(2)]));
    expect(response.status).toBe(202);
    // No consumer has run: a process that ends now has lost its queue and no event.
    expect(sent()).toHaveLength(1);
    expect(rows().map((row) => row.id)).toEqual([eventId(1), eventId(2)]);
  });

  it('corrects the clock of the client and clamps what it says', async () => {
    const { send, sent, rows, clock } = await deployment();
    const events = [click(1, { t: 400 }), click(2, { t: 5000 }), click(3, { t: 0 })];
    await send(batchOf(events, { sentAt: 1000 }));
    await send(batchOf([click(4, { t: 0 })], { sentAt: 8.64e15 }));
    const { nowMs } = clock;
    expect(rows().every(({ receivedMs }) => receivedMs === nowMs)).toBe(true);
    expect(sent().flatMap(({ events }) => events.map(({ tMs }) => tMs - nowMs))).toEqual([-600, 0, -1000, -7 * 24 * 3_600_000]);
  });

  it('marks events of slates whose token is authentic', async () => {
    const { send, sent, app } = await deployment();
    const pack = await (await app.fetch(new Request(`${origin}/v1/recommend?site=shop`))).json<Pack>();
    const other = eventId(77);
    const events = [click(1, { slate: pack.slate }), click(2, { slate: other }), click(3)];
    await send(batchOf(events, { tokens: { [pack.slate]: pack.token, [other]: pack.token } }));
    await send(batchOf([click(4, { slate: pack.slate })], { tokens: { [pack.slate]: `${pack.token.slice(0, -2)}AA` } }));
    expect(sent().flatMap(({ events }) => events.map(({ verified }) => verified))).toEqual([
      true,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('keeps the first of a batch that is sent again', async () => {
    const { send, rows, clock, objects } = await deployment();
    await send(batchOf([click(1), click(2)], { sentAt: 1000 }));
    const first = rows();
    clock.nowMs += 60_000;
    await send(batchOf([click(1), click(2)], { sentAt: 61_000 }));
    expect(rows()).toEqual(first);
    await send(batchOf([click(1), click(3)], { sentAt: 61_000 }));
    expect(objects('/log/event/')).toHaveLength(2);
  });

  it('keeps a batch with refused events as it came, with the reasons', async () => {
    const { send, rows, objects, settled, clock } = await deployment();
    const body = `\ufeff${batchOf([click(1), { ...click(2), value: 'x'.repeat(9), type: 'rating' }])}`;
    const answer = accepted.parse(await (await send(body)).json());
    await settled();
    expect(rows().map((row) => row.id)).toEqual([eventId(1)]);
    const [kept, ...others] = objects('/rejected/');
    expect(others).toEqual([]);
    const record = JSON.parse(kept?.text ?? '') as RejectedRecord;
    expect(record).toEqual({
      v: 1,
      from: 'batch',
      reason: '1 events were refused',
      atMs: clock.nowMs,
      original: body,
      encoding: 'utf8',
      rejected: answer.rejected,
    });
  });
});

describe('the log', () => {
  it('has the clicks in R2 when they are accepted, once', async () => {
    const body = batchOf([click(31), click(32, { surface: 'home', position: 2 })]);
    await post(body);
    await post(body);
    const rows = await logged((text) => text.includes(eventId(31)));
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ id: eventId(31), type: 'click', site: 'shop', user, session, item: 'item-31' });
    expect(rows[1]).toMatchObject({ surface: 'home', position: 2 });
    expect(Object.values(rows[0] ?? {})).not.toContain(null);
  });

  it('reaches the trending counts and the slate log through the real queue', async () => {
    await get('/v1/recommend?site=shop');
    await post(batchOf([click(41)]));
    await post(batchOf([click(41), click(42)]));
    const counted = async () =>
      (await env.TRENDING.getByName(key.trending(site('shop'), 0)).top(100)).filter(({ item }) => /-4[12]$/.test(item));
    await vi.waitUntil(async () => (await counted()).length === 2, { timeout: 20_000, interval: 100 });
    for (const { count } of await counted()) expect(count).toBeCloseTo(1, 2);
    const slates = async () => (await env.FILES.list({ prefix: key.logHours(site('shop'), 'slate') })).objects;
    await vi.waitUntil(async () => (await slates()).length > 0, { timeout: 20_000, interval: 100 });
  });

  it('is counted once however often, and in whatever order, it is delivered', async () => {
    const { send, sent, ports, trending, rows } = await deployment();
    await send(batchOf([click(1), { ...click(2), type: 'impression' }]));
    await send(batchOf([click(1), click(3)]));
    const deliveries = [...sent(), ...sent()].reverse().map(delivery);
    await consumeLog(deliveries.slice(0, 3), createServices(ports));
    await consumeLog(deliveries.slice(3), createServices(ports));
    expect(deliveries.map(({ outcome }) => outcome)).toEqual(Array(4).fill('none ack'));
    expect(await trending.top(site('shop'), 10)).toEqual([
      { item: 'item-1', count: 1 },
      { item: 'item-3', count: 1 },
    ]);
    expect(rows()).toHaveLength(4);
  });

  it('is retried where it cannot be counted, alone, and kept with its reason when retries end', async () => {
    const { ports, objects, sent, send, trending } = await deployment();
    await send(batchOf([click(1)]));
    const [message] = sent();
    const other = { ...message, site: site('other') };
    const failing = {
      ...ports,
      trending: {
        ...trending,
        add: async (name: SiteId, events: readonly TrendingEvent[]) =>
          name === 'shop' ? await fails() : await trending.add(name, events),
      },
    };
    const deliveries = [delivery(message), delivery(other)];
    await consumeLog(deliveries, createServices(failing));
    expect(deliveries.map(({ outcome }) => outcome)).toEqual(['none retry', 'none ack']);
    const dead = delivery(message);
    await consumeDead([dead], { ports: { ...ports, files: { ...ports.files, create: fails } } });
    expect(dead.outcome).toBe('none retry');
    await consumeDead([dead], { ports });
    expect(dead.outcome).toBe('none retry ack');
    const [kept] = objects('site/shop/rejected/');
    const record = JSON.parse(kept?.text ?? '') as RejectedRecord;
    expect(record).toMatchObject({ v: 1, from: 'queue', reason: 'retries exhausted', encoding: 'utf8' });
    expect(JSON.parse(record.original)).toEqual(message);
  });

  it('keeps what is no message of ours apart, at once, byte for byte', async () => {
    const { ports, objects, rows } = await deployment();
    const odd = [
      undefined,
      null,
      'text',
      {},
      { v: 1, kind: 'events', site: 'shop' },
      { v: 2, kind: 'events', site: '../x', events: [] },
    ];
    const deliveries = [...odd, Uint8Array.of(0, 255, 7).buffer].map(delivery);
    await consumeLog(deliveries, createServices(ports));
    expect(deliveries.every(({ outcome }) => outcome === 'none ack')).toBe(true);
    const records = objects('/rejected/').map(({ text }) => JSON.parse(text) as RejectedRecord);
    expect(records.map(({ original }) => original).sort()).toEqual(
      ['', 'null', 'text', '{}', JSON.stringify(odd[4]), JSON.stringify(odd[5]), 'AP8H'].sort(),
    );
    expect(objects('/rejected/').every(({ name }) => name.startsWith('site/_/') || name.startsWith('site/shop/'))).toBe(true);
    expect(rows()).toEqual([]);
  });
});

describe('slate records', () => {
  it('are not made by HEAD, which shows nobody anything', async () => {
    const { app, log, settled } = await deployment();
    for (const path of ['recommend?site=shop', 'similar/item-1?site=shop', 'popular?site=shop']) {
      expect((await app.fetch(new Request(`${origin}/v1/${path}`, { method: 'HEAD' }))).status).toBe(200);
      await settled();
      expect(log.messages).toEqual([]);
    }
    await app.fetch(new Request(`${origin}/v1/popular?site=shop`));
    await settled();
    expect(log.messages).toHaveLength(1);
  });

  it('hold what was shown, and the visitor only where the client sent them', async () => {
    const { ports, app, log, files } = await deployment();
    const ask = (query: string) => app.fetch(new Request(`${origin}/v1/recommend?site=shop&count=5${query}`));
    const anonymous = await (await ask('&seeds=item-3')).json<Pack>();
    const known = await (await ask(`&user=${user}&session=${session}`)).json<Pack>();
    const messages = log.messages.filter(({ kind }) => kind === 'slate');
    await consumeLog(messages.map(delivery), createServices(ports));
    const [name = '', ...others] = [...files.objects.keys()].filter((key) => key.includes('/log/slate/'));
    expect(others).toEqual([]);
    const records = new TextDecoder()
      .decode(files.objects.get(name))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.map(({ slate }) => slate)).toEqual([anonymous.slate, known.slate]);
    expect(records[0]).toMatchObject({
      site: 'shop',
      surface: 'home',
      release: anonymous.release,
      arm: 'champion',
      count: 5,
      items: anonymous.items.map(({ id }) => id),
      served: anonymous.served,
      propensities: anonymous.propensities,
      sources: anonymous.sources,
    });
    expect(Object.keys(records[0])).not.toContain('user');
    expect(Object.keys(records[0])).not.toContain('session');
    expect(records[1]).toMatchObject({ user, session });
  });
});

/** Rows of the first event object that fits. */
async function logged(fits: (text: string) => boolean): Promise<LogEvent[]> {
  const { objects } = await env.FILES.list({ prefix: key.logHours(site('shop'), 'event') });
  for (const { key: name } of objects) {
    const text = (await (await env.FILES.get(name))?.text()) ?? '';
    if (fits(text))
      return text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as LogEvent);
  }
  throw new Error('the batch is not in R2');
}
