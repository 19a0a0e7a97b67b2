import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { isItemId } from '../shared/contract/id.ts';
import { problems } from '../shared/contract/problem.ts';
import { eventDeployment } from './adapter/memory-deployment.ts';
import { memoryPorts } from './adapter/memory-ports.ts';
import { type App, createApp } from './app.ts';
import { adminOf, adminToken, origin } from './fixture/client.ts';
import { session, user } from './fixture/event.ts';
import { fixtureRelease } from './fixture/release.ts';
import { accepted, forgotten, pack, replayed, slateAnswer } from './schema/answer.ts';
import { logEvent } from './schema/event.ts';

let app: App;
beforeAll(async () => {
  app = createApp(memoryPorts().ports);
  await adminOf(app.fetch).publish('shop', fixtureRelease({ items: 60 }));
});

/** Whatever is asked: an answer of the documented shape, or a documented refusal below 500. */
async function documented(response: Response, holds: (body: unknown) => boolean): Promise<void> {
  const body = await response.json<{ code: keyof typeof problems }>();
  if (response.status < 300) {
    expect(holds(body)).toBe(true);
    return;
  }
  expect(response.status).toBeLessThan(500);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(problems[body.code]).toBe(response.status);
}

const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '',
    'NaN',
    'null',
    '-0',
    '1e9',
    '0x10',
    '9'.repeat(400),
    '%',
    '%00',
    '\ud800',
    "' OR 1=1",
    '__proto__',
    '../..',
  ),
);
const goodValues: Readonly<Record<string, fc.Arbitrary<string>>> = {
  site: fc.constant('shop'),
  surface: fc.constantFrom('home', 'similar'),
  count: fc.integer({ min: 1, max: 100 }).map(String),
  rank: fc.constantFrom('edge', 'device'),
  item: fc.integer({ min: 0, max: 59 }).map((n) => `item-${n}`),
  seeds: fc.array(fc.integer({ min: 0, max: 80 }), { maxLength: 10 }).map((list) => list.map((n) => `item-${n}`).join()),
  tz: fc.integer({ min: -840, max: 840 }).map(String),
  device: fc.constantFrom('phone', 'tablet', 'desktop', 'other'),
};
const query = fc
  .array(
    fc
      .constantFrom(...Object.keys(goodValues), 'user', 'session', 'explain', 'odd')
      .chain((name) =>
        fc.tuple(fc.constant(name), goodValues[name] ? fc.oneof({ weight: 4, arbitrary: goodValues[name] }, oddText) : oddText),
      ),
    { maxLength: 8 },
  )
  .map((entries) => new URLSearchParams([['site', 'shop'], ...entries.filter(([name]) => name !== 'site')]));

it('recommend answers or refuses, never fails', async () => {
  const isAnswer = (body: unknown) => pack.safeParse(body).success || slateAnswer.safeParse(body).success;
  await fc.assert(
    fc.asyncProperty(query, async (parameters) => {
      await documented(await app.fetch(new Request(`${origin}/v1/recommend?${parameters}`)), isAnswer);
    }),
    { numRuns: 400 },
  );
});

it('every path with anything in it answers or refuses, never fails', async () => {
  const path = fc.tuple(
    fc.constantFrom('items', 'similar', 'files', 'engine', 'titles', 'popular', 'health', 'recommend', 'x'),
    oddText,
  );
  await fc.assert(
    fc.asyncProperty(path, oddText, fc.boolean(), async ([name, part], site, encoded) => {
      const last = encoded ? encodeURIComponent(part.replaceAll(/[\ud800-\udfff]/g, '')) : part;
      let url: URL;
      try {
        url = new URL(`${origin}/v1/${name}/${last}?site=${site}`);
      } catch {
        return;
      }
      const response = await app.fetch(new Request(url));
      expect(response.status).toBeLessThan(500);
      await response.arrayBuffer();
    }),
    { numRuns: 400 },
  );
});

const uuid = fc.constant('0190f3b1-8a52-7c9f-9f55-0a8b1b7f2d11');
const oddValue = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(-1, 1e308, -1e308, '', null, true), uuid);
const event = fc.record(
  {
    id: fc.oneof(uuid, oddValue),
    type: fc.oneof(fc.constantFrom('click', 'impression', 'rating', 'purchase', 'dwell'), oddValue),
    item: fc.oneof(fc.constant('item-1'), oddText, oddValue),
    t: fc.oneof(fc.integer(), fc.double(), oddValue),
    value: oddValue,
    slate: fc.oneof(uuid, oddValue),
    position: fc.oneof(fc.integer(), oddValue),
    propensity: fc.oneof(fc.double(), oddValue),
    quantity: oddValue,
  },
  { requiredKeys: [] },
);
const eventBody = fc.oneof(
  fc
    .record(
      {
        v: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, oddValue),
        user: fc.oneof({ weight: 5, arbitrary: uuid }, oddValue),
        session: fc.oneof({ weight: 5, arbitrary: uuid }, oddValue),
        sentAt: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0 }) }, oddValue),
        events: fc.oneof({ weight: 5, arbitrary: fc.array(event, { maxLength: 6 }) }, oddValue),
        tokens: fc.oneof(fc.dictionary(fc.string(), fc.string()), oddValue),
      },
      { requiredKeys: ['v', 'user', 'session', 'sentAt', 'events'] },
    )
    .map((body) => JSON.stringify(body)),
  fc.json(),
  oddText,
);

it('events are taken or refused, never lost in a failure', async () => {
  await fc.assert(
    fc.asyncProperty(
      eventBody,
      fc.constantFrom('text/plain', 'application/json', 'image/png', ';'),
      async (body, contentType) => {
        const request = new Request(`${origin}/v1/events?site=shop`, {
          method: 'POST',
          body,
          headers: { 'content-type': contentType },
        });
        await documented(await app.fetch(request), (answer) => accepted.safeParse(answer).success);
      },
    ),
    { numRuns: 500 },
  );
});

/** Events that are right, of every type, with all that each may have. */
const id7 = fc
  .tuple(fc.stringMatching(/^[0-9a-f]{11}$/), fc.stringMatching(/^[0-9a-f]{15}$/))
  .map(([a, b]) => `0${a.slice(0, 7)}-${a.slice(7)}-7${b.slice(0, 3)}-8${b.slice(3, 6)}-${b.slice(6)}000`);
const amount = fc.double({ min: 0, max: 1e9, noNaN: true });
const base = {
  id: id7,
  item: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => isItemId(text)),
  t: fc.integer({ min: 0, max: 253_402_300_799_999 }),
};
const maybe = {
  surface: fc.constantFrom('home', 'similar'),
  slate: id7,
  position: fc.integer({ min: 0, max: 10_000 }),
};
const required = ['id', 'item', 't', 'type'] as const;
const rightEvent = fc.oneof(
  fc.record(
    {
      ...base,
      ...maybe,
      type: fc.constant('impression'),
      propensity: fc.double({ min: 1e-9, max: 1, noNaN: true }),
      order: fc.constantFrom('edge', 'device'),
    },
    { requiredKeys: [...required] },
  ),
  fc.record({ ...base, ...maybe, type: fc.constantFrom('view', 'click', 'skip', 'hide') }, { requiredKeys: [...required] }),
  fc.record(
    { ...base, ...maybe, type: fc.constantFrom('dwell', 'play', 'rating'), value: amount },
    { requiredKeys: [...required, 'value'] },
  ),
  fc.record(
    {
      ...base,
      ...maybe,
      type: fc.constantFrom('cart', 'purchase', 'conversion'),
      value: amount,
      quantity: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
    },
    { requiredKeys: [...required] },
  ),
);
const rightBatch = fc.record({
  v: fc.constant(1),
  user: uuid,
  session: uuid,
  sentAt: fc.integer({ min: 0, max: 253_402_300_799_999 }),
  events: fc.array(rightEvent, { maxLength: 8 }),
});

it('every right event is in the log with what it said, every other one is named', async () => {
  const odd = fc.array(fc.tuple(fc.nat(8), oddValue), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(rightBatch, odd, async (batch, wrong) => {
      const { send, rows } = await eventDeployment();
      const events: unknown[] = [...batch.events];
      for (const [at, value] of wrong) events.splice(at, 0, value);
      const answer = accepted.parse(await (await send(JSON.stringify({ ...batch, events }))).json());
      expect(answer.accepted + answer.duplicates + answer.rejected.length).toBe(events.length);
      const distinct = new Map(batch.events.toReversed().map((event) => [event.id, event]));
      expect(answer.accepted).toBe(distinct.size);
      for (const { site, user, session, receivedMs, tMs, ...row } of rows()) {
        const { t, ...event } = distinct.get(row.id) ?? { t: 0 };
        expect(row).toEqual(JSON.parse(JSON.stringify(event)));
        expect(tMs).toBeLessThanOrEqual(receivedMs);
        expect([site, user, session]).toEqual(['shop', batch.user, batch.session]);
      }
      expect(rows()).toHaveLength(distinct.size);
    }),
    { numRuns: 200 },
  );
});

/** What a broken network, disk or program makes of bytes. */
const damage = fc.array(
  fc.record({
    kind: fc.constantFrom('flip', 'cut', 'insert', 'repeat'),
    // Not a double: those are dense near 0, and the first byte would be hit nearly always.
    at: fc.nat(999).map((thousandth) => thousandth / 1000),
    byte: fc.nat(255),
    length: fc.integer({ min: 1, max: 40 }),
  }),
  { minLength: 1, maxLength: 5 },
);
function damaged(bytes: Uint8Array, changes: typeof damage extends fc.Arbitrary<infer Changes> ? Changes : never) {
  let now = [...bytes];
  for (const { kind, at, byte, length } of changes) {
    const place = Math.floor(at * now.length);
    if (kind === 'flip') now[place] = (now[place] ?? 0) ^ (1 << (byte % 8));
    else if (kind === 'cut') now = [...now.slice(0, place), ...now.slice(place + length)];
    else if (kind === 'insert') now.splice(place, 0, byte);
    else now.splice(place, 0, ...now.slice(place, place + length));
  }
  return Uint8Array.from(now);
}

it('damaged bytes are taken or refused wherever bytes are taken', async () => {
  const deployment = await eventDeployment();
  const { app, clock, objects } = deployment;
  const line = (event: object) => JSON.stringify({ ...event, t: undefined, site: 'shop', user, session, tMs: 1, receivedMs: 2 });
  const post = (path: string, body: Uint8Array<ArrayBuffer>) =>
    app.fetch(new Request(origin + path, { method: 'POST', body, headers: { authorization: `Bearer ${adminToken}` } }));
  await fc.assert(
    fc.asyncProperty(rightBatch, damage, async (batch, changes) => {
      const encode = (text: string) => damaged(new TextEncoder().encode(text), changes);
      const whole = JSON.stringify(batch);
      await documented(await post('/v1/events?site=shop', encode(whole)), (answer) => accepted.safeParse(answer).success);
      const isReplay = (answer: unknown) => replayed.safeParse(answer).success;
      const replay = '/v1/admin/sites/shop/events/replay';
      await documented(await post(`${replay}?receivedMs=${clock.nowMs}`, encode(whole)), isReplay);
      await documented(await post(replay, encode(batch.events.map(line).join('\n'))), isReplay);
      await documented(
        await post('/v1/forget?site=shop', encode(JSON.stringify({ user }))),
        (answer) => forgotten.safeParse(answer).success,
      );
    }),
    { numRuns: 400 },
  );
  await deployment.settled();
  // Whatever came: what the log holds are rows of this site.
  for (const row of deployment.rows()) expect(logEvent.safeParse(row)).toMatchObject({ success: true, data: { site: 'shop' } });
  expect(objects('/rejected/').length).toBeGreaterThan(0);
}, 60_000);
