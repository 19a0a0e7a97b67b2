import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { problems } from '../shared/contract/problem.ts';
import { memoryPorts } from './adapter/memory-ports.ts';
import { type App, createApp } from './app.ts';
import { adminOf, origin } from './fixture/client.ts';
import { fixtureRelease } from './fixture/release.ts';
import { accepted, pack, slateAnswer } from './schema/answer.ts';

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
