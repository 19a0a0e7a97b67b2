import { applyD1Migrations } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LogEvent } from '../../shared/contract/event.ts';
import { hourOf, key } from '../../shared/contract/key.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { Pack } from '../../shared/contract/pack.ts';
import { memoryPorts } from '../adapter/memory-ports.ts';
import { createApp } from '../app.ts';
import { adminOf, origin, site } from '../fixture/client.ts';
import { env, fetchWorker, get } from '../fixture/local.ts';
import { fixtureRelease } from '../fixture/release.ts';
import { accepted } from '../schema/answer.ts';
import { consumeDead, consumeLog, type Delivery } from './consume.ts';
import type { EventMessage } from './message.ts';

const user = '5f0f3b1e-8a52-4c9f-9f55-0a8b1b7f2d11';
const session = '0190f3b1-8a52-7c9f-9f55-0a8b1b7f2d11';
const id = (n: number) => `0190f3b1-8a52-7c9f-9f55-${n.toString(16).padStart(12, '0')}`;
const batch = (events: readonly unknown[], more: object = {}) =>
  JSON.stringify({ v: 1, user, session, sentAt: 1000, events, ...more });
const click = (n: number, more: object = {}) => ({ id: id(n), type: 'click', item: `item-${n}`, t: 900, ...more });

const post = (body: string, name = 'shop', contentType = 'text/plain;charset=UTF-8') =>
  get(`/v1/events?site=${name}`, { method: 'POST', body, headers: contentType === '' ? {} : { 'content-type': contentType } });

beforeAll(async () => {
  await applyD1Migrations(env.DB, env.MIGRATIONS);
  await adminOf(fetchWorker).publish('shop', fixtureRelease());
});

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

/** A deployment in memory with one site, and what its queue was sent. */
async function deployment(replace: Parameters<typeof memoryPorts>[0] = {}) {
  const memory = memoryPorts(replace);
  const app = createApp(memory.ports);
  await adminOf(app.fetch).publish('shop', fixtureRelease({ items: 40 }));
  const send = (body: string) => app.fetch(new Request(`${origin}/v1/events?site=shop`, { method: 'POST', body }));
  const sent = () => memory.log.messages.filter((message): message is EventMessage => message.kind === 'events');
  return { ...memory, app, send, sent };
}

describe('POST /v1/events', () => {
  it('takes a batch, with or without a content type that needs no preflight', async () => {
    for (const contentType of ['text/plain;charset=UTF-8', 'application/json', 'Application/JSON; charset=utf-8']) {
      const response = await post(batch([click(1)]), 'shop', contentType);
      expect(response.status).toBe(202);
      expect(accepted.parse(await response.json())).toEqual({ accepted: 1, rejected: [] });
    }
    const beacon = new Request(`${origin}/v1/events?site=shop`, {
      method: 'POST',
      body: new TextEncoder().encode(batch([click(1)])),
    });
    expect((await fetchWorker(beacon)).status).toBe(202);
  });

  it('judges events one by one', async () => {
    const events = [
      click(1),
      { ...click(2), id: 'no uuid' },
      { ...click(3), type: 'stare' },
      { ...click(4), t: 'soon' },
      { ...click(5), type: 'rating' },
      { ...click(6), type: 'rating', value: 4.5 },
      { ...click(7), type: 'impression', propensity: 0 },
      { ...click(8), item: '' },
      null,
      click(1),
    ];
    const answer = accepted.parse(await (await post(batch(events))).json());
    expect(answer.accepted).toBe(2);
    expect(answer.rejected.map(({ index }) => index)).toEqual([1, 2, 3, 4, 6, 7, 8]);
    expect(answer.rejected[0]?.detail).toContain('/id');
    expect((await post(batch([]))).status).toBe(202);
  });

  it.each([
    ['no JSON', '{', 400, 'bad-body'],
    ['another version', batch([], { v: 2 }), 400, 'unknown-version'],
    ['no version', batch([], { v: undefined }), 400, 'bad-body'],
    ['no user', batch([], { user: 'me' }), 400, 'bad-body'],
    ['no list', batch([], { events: {} }), 400, 'bad-body'],
    ['not a time', batch([], { sentAt: null }), 400, 'bad-body'],
    ['too many', batch(Array(limit.eventBatchCount + 1).fill(click(1))), 413, 'too-large'],
    ['too long', ' '.repeat(limit.eventBatchBytes + 1), 413, 'too-large'],
    ['nothing', '', 400, 'bad-body'],
  ])('refuses %s', async (_, body, status, code) => {
    const response = await post(body);
    expect(await response.json()).toMatchObject({ status, code });
  });

  it('refuses other content types, bytes that are no UTF-8, and sites that it does not have', async () => {
    expect((await post(batch([click(1)]), 'shop', 'multipart/form-data; boundary=x')).status).toBe(415);
    const bytes = new Request(`${origin}/v1/events?site=shop`, { method: 'POST', body: Uint8Array.of(0x22, 0xff, 0x22) });
    expect(await (await fetchWorker(bytes)).json()).toMatchObject({ code: 'bad-body' });
    expect((await post(batch([click(1)]), 'nobody')).status).toBe(404);
    expect((await get('/v1/events', { method: 'POST', body: batch([]) })).status).toBe(400);
  });

  it('says when the queue cannot take it, and when an address sends too much', async () => {
    const full = await deployment({ log: { send: async () => Promise.reject(new Error('overloaded')) } });
    const response = await full.send(batch([click(1)]));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    const limited = await deployment({ gate: { allows: async () => false } });
    expect((await limited.send(batch([click(1)]))).status).toBe(429);
  });

  it('corrects the clock of the client and clamps what it says', async () => {
    const { send, sent, clock } = await deployment();
    const events = [click(1, { t: 400 }), click(2, { t: 5000 }), click(3, { t: 0 })];
    await send(batch(events, { sentAt: 1000 }));
    await send(batch([click(4, { t: 0 })], { sentAt: 8.64e15 }));
    const { nowMs } = clock;
    expect(sent().flatMap(({ events }) => events.map(({ tMs }) => tMs - nowMs))).toEqual([-600, 0, -1000, -7 * 24 * 3_600_000]);
  });

  it('marks events of slates whose token is authentic', async () => {
    const { send, sent, app } = await deployment();
    const pack = await (await app.fetch(new Request(`${origin}/v1/recommend?site=shop`))).json<Pack>();
    const other = id(77);
    const events = [click(1, { slate: pack.slate }), click(2, { slate: other }), click(3)];
    await send(batch(events, { tokens: { [pack.slate]: pack.token, [other]: pack.token } }));
    await send(batch([click(4, { slate: pack.slate })], { tokens: { [pack.slate]: `${pack.token.slice(0, -2)}AA` } }));
    expect(sent().flatMap(({ events }) => events.map(({ verified }) => verified))).toEqual([
      true,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('names the same batch the same, whenever it is sent', async () => {
    const { send, sent, clock } = await deployment();
    await send(batch([click(1), click(2)], { sentAt: 1000 }));
    clock.nowMs += 60_000;
    await send(batch([click(1), click(2)], { sentAt: 61_000 }));
    await send(batch([click(1), click(3)], { sentAt: 61_000 }));
    const [first, second, third] = sent().map(({ digest }) => digest);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });
});

describe('the log', () => {
  it('has the clicks in R2 soon after they were accepted, once', async () => {
    const body = batch([click(31), click(32, { surface: 'home', position: 2 })]);
    await post(body);
    await post(body);
    const rows = await untilLogged((text) => text.includes(id(31)));
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ id: id(31), type: 'click', site: 'shop', user, session, item: 'item-31' });
    expect(rows[1]).toMatchObject({ surface: 'home', position: 2 });
    expect(Object.values(rows[0] ?? {})).not.toContain(null);
  });

  it('is written once per batch however often it is delivered', async () => {
    const { send, sent, ports, files, trending } = await deployment();
    await send(batch([click(1), { ...click(2), type: 'impression' }]));
    const [message] = sent();
    const deliveries = [delivery(message), delivery(message)];
    await consumeLog(deliveries, ports);
    await consumeLog([delivery({ ...message, events: [] })], ports);
    expect(deliveries.map(({ outcome }) => outcome)).toEqual(['none ack', 'none ack']);
    const names = [...files.objects.keys()].filter((name) => name.includes('/log/event/'));
    expect(names).toEqual([key.events(site('shop'), hourOf(ports.nowMs()), message?.digest ?? '')]);
    const text = new TextDecoder().decode(files.objects.get(names[0] ?? ''));
    expect(text.trim().split('\n')).toHaveLength(2);
    expect(await trending.top(site('shop'), 10)).toEqual([{ item: 'item-1', count: 1 }]);
  });

  it('is retried when it cannot be written, and kept with its reason when retries end', async () => {
    const { ports, files, sent, send } = await deployment();
    await send(batch([click(1)]));
    const failing = { ...ports, files: { ...ports.files, create: async () => Promise.reject(new Error('R2 is down')) } };
    const failed = delivery(sent()[0]);
    await consumeLog([failed], failing);
    expect(failed.outcome).toBe('none retry');
    const dead = delivery(sent()[0]);
    await consumeDead([dead], ports);
    expect(dead.outcome).toBe('none ack');
    const [name = ''] = [...files.objects.keys()].filter((key) => key.includes('/rejected/'));
    expect(name.startsWith('site/shop/rejected/')).toBe(true);
    expect(JSON.parse(new TextDecoder().decode(files.objects.get(name)))).toMatchObject({ reason: 'retries exhausted' });
  });

  it('keeps what is no message of ours apart, at once', async () => {
    const { ports, files } = await deployment();
    const odd = [
      undefined,
      null,
      'text',
      {},
      { v: 99, kind: 'events', site: 'shop' },
      { v: 1, kind: 'events', site: '../x', digest: 'x', events: [] },
    ];
    const deliveries = odd.map(delivery);
    await consumeLog(deliveries, ports);
    expect(deliveries.every(({ outcome }) => outcome === 'none ack')).toBe(true);
    const rejected = [...files.objects.keys()].filter((name) => name.includes('/rejected/'));
    expect(rejected.every((name) => name.startsWith('site/_/') || name.startsWith('site/shop/'))).toBe(true);
    expect([...files.objects.keys()].some((name) => name.includes('/log/'))).toBe(false);
  });

  it('goes on without the trending counts', async () => {
    const { ports, sent, send } = await deployment();
    await send(batch([click(1)]));
    const trending = { ...ports.trending, add: async () => Promise.reject(new Error('gone')) };
    const written = delivery(sent()[0]);
    await consumeLog([written], { ...ports, trending });
    expect(written.outcome).toBe('none ack');
  });
});

describe('slate records', () => {
  it('hold what was shown, and the visitor only where the client sent them', async () => {
    const { ports, app, log, files } = await deployment();
    const ask = (query: string) => app.fetch(new Request(`${origin}/v1/recommend?site=shop&count=5${query}`));
    const anonymous = await (await ask('&seeds=item-3')).json<Pack>();
    const known = await (await ask(`&user=${user}&session=${session}`)).json<Pack>();
    const messages = log.messages.filter(({ kind }) => kind === 'slate');
    await consumeLog(messages.map(delivery), ports);
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

/** Rows of the first event object that fits, once the queue has delivered. */
async function untilLogged(fits: (text: string) => boolean): Promise<LogEvent[]> {
  for (let tries = 0; tries < 100; tries++) {
    const { objects } = await env.FILES.list({ prefix: 'site/shop/log/event/' });
    for (const { key: name } of objects) {
      const text = (await (await env.FILES.get(name))?.text()) ?? '';
      if (fits(text))
        return text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as LogEvent);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the batch did not reach R2');
}
