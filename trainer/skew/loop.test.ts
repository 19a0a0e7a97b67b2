import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Pack } from '../../shared/contract/pack.ts';
import type { FeatureDefinition } from '../../shared/feature/definition.ts';
import { type BenchWorker, freePort, startBenchWorker } from '../bench/recommend/worker.ts';
import { defaultConfigFile } from '../config.ts';
import { createRandom } from '../random.ts';

/**
 * The loop on a real Worker: a release is published, visitors are served and send events over HTTP, the log is pulled, trained on, and what the edge
 * served is compared with what the trainer computes.
 */
let root: string;
let worker: BenchWorker;
const site = 'loop';
const visitors = 40;
const dayMs = 86_400_000;
/** Distinct events that were accepted. */
const sent = new Set<string>();
let slates = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'vitrine-loop-'));
  worker = await startBenchWorker(root, await freePort());
  await vitrine('simulate', '--out', at('shop'), '--items', '120', '--visitors', '120', '--days', '20');
  await writeFile(
    configFile(),
    `import config from '${pathToFileURL(defaultConfigFile)}';
     export default { ...config, features: [...config.features, ...${JSON.stringify(onlineFeatures)}] };`,
  );
  await vitrine('train', '--data', at('shop'), '--out', at('release'), '--config', configFile());
  await vitrine('publish', '--release', at('release'), '--to', worker.url, '--site', site);
  await visit();
}, 180_000);

afterAll(async () => {
  await worker?.stop();
  await rm(root, { recursive: true, force: true });
});

/** A UUIDv7. */
const newId = () => {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
};
const at = (name: string) => join(root, name);
const configFile = () => at('loop.config.ts');
const edge = { events: ['click'], placement: 'edge' } as const;
/** What the online store keeps, of each kind of entity. */
const onlineFeatures: readonly FeatureDefinition[] = [
  { name: 'itemClicks', entity: 'item', aggregate: { kind: 'count', windowSeconds: 86_400 }, ...edge },
  { name: 'userLastClick', entity: 'user', aggregate: { kind: 'timeSince' }, ...edge },
  { name: 'userCategories', entity: 'user', aggregate: { kind: 'distinct', of: 'categories' }, ...edge },
  { name: 'ownClicks', entity: 'userItem', aggregate: { kind: 'count' }, ...edge },
  { name: 'sessionClicks', entity: 'session', aggregate: { kind: 'count' }, ...edge },
  { name: 'cardClicks', entity: 'named', key: 'card', aggregate: { kind: 'count' }, ...edge },
];

interface Outcome {
  readonly code: number | null;
  readonly answer: Record<string, unknown>;
}

async function run(...args: readonly string[]): Promise<Outcome> {
  const cli = fileURLToPath(new URL('../cli.ts', import.meta.url));
  const child = spawn(process.execPath, [cli, ...args, '--json'], {
    env: { ...process.env, VITRINE_ADMIN_TOKEN: worker.token },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, answer: JSON.parse(output.trim().split('\n').at(-1) || '{}') as Record<string, unknown> };
}

async function vitrine(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, answer } = await run(...args);
  expect({ args, code, answer }).toMatchObject({ code: 0 });
  return answer;
}

const pull = () => vitrine('pull', '--from', worker.url, '--site', site, '--out', at('log'), '--items');

interface PullAnswer {
  readonly event: { readonly rows: number; readonly read: number; readonly duplicates: number };
  readonly slate: { readonly rows: number };
}

/** Pulls until the queue has written everything. */
async function pullAll(events: number, slates: number): Promise<PullAnswer> {
  for (const deadline = Date.now() + 40_000; ; await new Promise((resolve) => setTimeout(resolve, 500))) {
    const answer = (await pull()) as unknown as PullAnswer;
    if ((answer.event.rows === events && answer.slate.rows >= slates) || Date.now() > deadline) return answer;
  }
}

async function visit(): Promise<void> {
  const random = createRandom(1, 'visit');
  const people = Array.from({ length: visitors }, () => ({ user: randomUUID(), session: newId(), seeds: [] as string[] }));
  for (let page = 0; page < 3; page++) {
    for (const [v, { user, session, seeds }] of people.entries()) {
      const entities = { card: `card-${v % 10}` };
      const query = new URLSearchParams({
        site,
        surface: page === 2 ? 'similar' : 'home',
        user,
        session,
        seeds: seeds.join(','),
        ...(v % 3 === 0 && { entities: JSON.stringify(entities) }),
        device: ['phone', 'tablet', 'desktop', 'other'][v % 4] as string,
        tz: String(60 * ((v % 5) - 2)),
        ...(page === 2 && { item: seeds[0] ?? 'none' }),
      });
      const response = await fetch(`${worker.url}/v1/recommend?${query}`);
      const pack = (await response.json()) as Pack;
      // On a busy machine the online store may be late, and copies of items be served instead.
      const degraded = pack.degraded.filter(({ reason }) => !/^(store-late:|item-copy$)/.test(reason));
      expect({ status: response.status, degraded }).toEqual({ status: 200, degraded: [] });
      slates++;
      const now = Date.now();
      const t = now - Math.floor(random.uniform() * 6 * dayMs);
      const shown = pack.items.slice(0, pack.count);
      const common = (position: number) => ({
        id: newId(),
        item: shown[position]?.id,
        surface: pack.surface,
        slate: pack.slate,
        position,
        ...(v % 3 === 0 && { entities }),
      });
      const chosen = 1 + random.below(shown.length - 1);
      const impressions = shown.map((_, position) => ({
        ...common(position),
        type: 'impression',
        t,
        order: 'edge',
        // Some clients do not repeat what the slate's record tells.
        ...(v % 2 === 0 && { propensity: pack.propensities[position] }),
      }));
      const events = [
        ...impressions,
        { ...common(0), type: 'click', t: t + 4000 },
        { ...common(chosen), type: 'click', t: t + 9000 },
      ];
      const body = JSON.stringify({ v: 1, user, session, sentAt: now, events, tokens: { [pack.slate]: pack.token } });
      // Some batches are sent again, as a client does that heard no answer.
      for (let copy = 0; copy < 1 + (v % 2); copy++) {
        const answer = await fetch(`${worker.url}/v1/events?site=${site}`, { method: 'POST', body });
        expect(await answer.json()).toMatchObject({ accepted: events.length, rejected: [] });
      }
      for (const { id } of events) sent.add(id);
      seeds.unshift(...[shown[0]?.id, shown[chosen]?.id].filter((id) => id !== undefined));
    }
  }
}

describe('the loop', () => {
  test('every event that was accepted is pulled, once', async () => {
    const answer = await pullAll(sent.size, slates);
    expect(answer).toMatchObject({ event: { rows: sent.size, duplicates: 0, invalid: 0 }, slate: { rows: slates, invalid: 0 } });
    expect(await vitrine('log', at('log'))).toMatchObject({ byType: { click: 2 * slates }, users: visitors, verifiedShare: 1 });
    expect(await vitrine('log', 'compact', at('log'))).toMatchObject({ compacted: 0, rows: { event: sent.size, slate: slates } });
  }, 60_000);

  test('the log is a data set with what was shown, where and how likely, and a release can be trained on it', async () => {
    const info = await vitrine('import', '--in', at('log'), '--out', at('own'));
    expect(info).toMatchObject({ events: sent.size, rejected: 0, items: 120 });
    const again = await vitrine('import', '--format', 'log', '--in', at('log'), '--items', at('shop'), '--out', at('own-2'));
    expect(again.sha256).toBe(info.sha256);
    const { openDataset } = await import('../log/dataset.ts');
    const { events } = await openDataset(at('own'));
    const impressions = [...events.type.keys()].filter((e) => events.type[e] === 0);
    expect(impressions.every((e) => (events.propensity[e] as number) > 0 && (events.slate[e] as number) >= 0)).toBe(true);
    expect(new Set(impressions.map((e) => events.position[e]))).toEqual(new Set(Array.from({ length: 12 }, (_, i) => i)));
    const trained = await vitrine('train', '--data', at('own'), '--out', at('release-2'), '--config', configFile());
    expect(trained.queries).toBeGreaterThan(0);
    // Every choice was made from a slate that was logged, by the definitions that are trained with.
    expect(trained.served).toMatchObject({
      loggedLists: expect.any(Number),
      rows: { logged: expect.any(Number), mixed: 0, recomputed: 0 },
    });
    expect((trained.served as { rows: { logged: number } }).rows.logged).toBeGreaterThan(50);
  }, 120_000);

  test('what the edge served is what the trainer computes, to the last bit', async () => {
    const { code, answer } = await run(
      'skew',
      '--data',
      at('log'),
      '--release',
      at('release'),
      '--dataset',
      at('shop'),
      '--tolerance',
      '0',
    );
    expect(answer).toMatchObject({ slates, skewed: [], skipped: { otherRelease: 0, withoutContext: 0 } });
    const features = answer.features as {
      name: string;
      count: number;
      maxDifference: number;
      missingMismatch: number;
      unread: number;
    }[];
    expect(features.length).toBeGreaterThan(8);
    for (const { name, count, unread, ...differences } of features)
      expect({ name, values: count + unread, ...differences }).toMatchObject({
        name,
        values: answer.items,
        maxDifference: 0,
        missingMismatch: 0,
      });
    // Late answers aside.
    for (const { name } of onlineFeatures) expect(features.find((feature) => feature.name === name)?.count).toBeGreaterThan(0);
    expect(code).toBe(0);
  }, 60_000);

  test('a definition that was altered is reported, and no other', async () => {
    const altered = async (name: string | readonly string[], change: Partial<FeatureDefinition>, ...more: readonly string[]) => {
      const names = [name].flat();
      const file = at(`${names.join('-')}.config.ts`);
      await writeFile(
        file,
        `import config from '${pathToFileURL(configFile())}';
         const altered = (feature) => (${JSON.stringify(names)}.includes(feature.name) ? { ...feature, ...${JSON.stringify(change)} } : feature);
         export default { ...config, features: config.features.map(altered) };`,
      );
      return run('skew', '--data', at('log'), '--release', at('release'), '--config', file, ...more);
    };
    const dataset = ['--dataset', at('shop')] as const;
    const [log1p, none] = [{ transform: 'log1p' }, { transform: 'none' }] as const;
    // Nobody buys here: of another event that there is, the log up to some moment may well give the number that was served.
    const purchases = { events: ['purchase'] } as Partial<FeatureDefinition>;
    const online = onlineFeatures.map(({ name }) => name);
    expect(await altered('ownClicks', purchases, ...dataset)).toMatchObject({ code: 1, answer: { skewed: ['ownClicks'] } });
    expect(await altered(online, purchases, ...dataset)).toMatchObject({ code: 1, answer: { skewed: online } });
    expect(await altered('hour', log1p)).toMatchObject({ code: 1, answer: { skewed: ['hour'] } });
    expect(await altered('popularity7d', none, ...dataset)).toMatchObject({ code: 1, answer: { skewed: ['popularity7d'] } });
    const without = await altered('popularity7d', none);
    expect(without).toMatchObject({ code: 2, answer: { error: { message: expect.stringMatching(/^popularity7d /) } } });
  }, 60_000);

  test('the features of the live release are listed, with what uses them and how fresh they are', async () => {
    const listed = await vitrine('features', '--from', worker.url, '--site', site, '--data', at('log'));
    const release = await vitrine('features', '--release', at('release'));
    const configured = await vitrine('features', '--config', configFile(), '--from', worker.url, '--site', site);
    expect(listed).toMatchObject({ of: 'release', hash: release.hash, releases: [{ arms: ['champion live'] }] });
    expect(configured).toMatchObject({ of: 'configuration', hash: release.hash, releases: listed.releases });
    const features = listed.features as { name: string; newestEventMs?: number; releases: unknown[] }[];
    const [{ release: id }] = listed.releases as [{ release: string }];
    for (const feature of features) expect(feature.releases).toEqual([{ release: id, same: true }]);
    const [popularity, price] = ['popularity7d', 'price'].map((name) => features.find((feature) => feature.name === name));
    expect(popularity?.newestEventMs).toBeGreaterThan(Date.now() - 7 * dayMs);
    expect(price?.newestEventMs).toBeUndefined();
    expect(listed.newestHour).toMatch(/^\d{4}-\d\d-\d\dT\d\d$/);
  }, 60_000);

  test('a visitor who is forgotten is gone from the next pull, and who never was stays', async () => {
    const { user } = await oneVisitor();
    const forgotten = await vitrine('users', 'delete', user, '--to', worker.url, '--site', site);
    expect(forgotten).toMatchObject({ user: createHash('sha256').update(user).digest('hex') });
    const own = (sent.size / visitors) | 0;
    expect(await pull()).toMatchObject({
      event: { rows: sent.size - own, forgotten: own },
      slate: { rows: slates - 3, forgotten: 3 },
    });
    expect(await vitrine('log', at('log'))).toMatchObject({ users: visitors - 1 });
  }, 60_000);

  test('compaction removes what the Worker stored of who was forgotten, and loses nothing of others', async () => {
    const { user } = await oneVisitor();
    await vitrine('users', 'delete', user, '--to', worker.url, '--site', site);
    const before = (await pull()) as unknown as PullAnswer;
    expect(await storedTexts()).toContain(user);
    const compacted = await vitrine('log', 'compact', at('log'), '--from', worker.url);
    expect(compacted).toMatchObject({ erased: { kept: 0 }, rows: { event: before.event.rows, slate: before.slate.rows } });
    expect(await storedTexts()).not.toContain(user);
    const after = (await pull()) as unknown as PullAnswer;
    expect([after.event.rows, after.slate.rows]).toEqual([before.event.rows, before.slate.rows]);
  }, 60_000);

  test('events that were lost elsewhere are put back, once', async () => {
    const before = (await pull()) as unknown as PullAnswer;
    const { user, session, item } = await oneVisitor();
    const event = {
      id: newId(),
      type: 'click',
      site,
      user,
      session,
      item,
      tMs: Date.now() - 5000,
      receivedMs: Date.now() - 4000,
    };
    await writeFile(at('lost.ndjson'), `${JSON.stringify(event)}\n\n${JSON.stringify({ ...event, id: 'none' })}\n`);
    const replay = () => run('events', 'replay', '--file', at('lost.ndjson'), '--to', worker.url, '--site', site);
    expect(await replay()).toMatchObject({ code: 1, answer: { lines: 2, accepted: 1, rejected: [{ line: 3 }] } });
    await replay();
    const after = await pullAll(before.event.rows + 1, before.slate.rows);
    expect(after.event).toMatchObject({ rows: before.event.rows + 1, read: before.event.read + 1 });
  }, 60_000);

  test('what was refused is kept, and counts once it was repaired and put back', async () => {
    const before = (await pull()) as unknown as PullAnswer;
    const { user, session, item } = await oneVisitor();
    const now = Date.now();
    const event = () => ({ id: newId(), type: 'click', item, t: now - 1000 });
    const body = JSON.stringify({ v: 1, user, session, sentAt: now, events: [event(), { ...event(), type: 'stare' }] });
    const answer = await fetch(`${worker.url}/v1/events?site=${site}`, { method: 'POST', body });
    expect(await answer.json()).toMatchObject({ accepted: 1, rejected: [{ index: 1 }] });
    const [one, slates] = [before.event.rows + 1, before.slate.rows];
    expect(await pullAll(one, slates)).toMatchObject({ event: { rows: one }, rejected: { rows: 1, invalid: 0 } });
    expect(await vitrine('log', at('log'))).toMatchObject({ rejected: { rows: 1 }, rejectedEvents: 1 });
    expect(await vitrine('log', 'rejected', at('log'), '--out', at('rejected.ndjson'))).toMatchObject({ records: 1 });
    await writeFile(at('repaired.ndjson'), (await readFile(at('rejected.ndjson'), 'utf8')).replace('stare', 'click'));
    const replay = () => vitrine('events', 'replay', '--file', at('repaired.ndjson'), '--to', worker.url, '--site', site);
    expect(await replay()).toMatchObject({ lines: 1, accepted: 2, rejected: [] });
    await replay();
    expect(await pullAll(one + 1, slates)).toMatchObject({ event: { rows: one + 1, duplicates: before.event.duplicates + 1 } });
  }, 60_000);
});

/** All that the Worker's log holds. */
async function storedTexts(): Promise<string> {
  const headers = { authorization: `Bearer ${worker.token}` };
  const texts: string[] = [];
  for (const type of ['event', 'slate', 'rejected']) {
    const list = await fetch(`${worker.url}/v1/admin/sites/${site}/log?type=${type}`, { headers });
    for (const { key } of ((await list.json()) as { objects: { key: string }[] }).objects) {
      const object = await fetch(`${worker.url}/v1/admin/sites/${site}/log/object?key=${encodeURIComponent(key)}`, { headers });
      texts.push(await object.text());
    }
  }
  return texts.join('');
}

/** A visitor of the log. */
async function oneVisitor(): Promise<{ user: string; session: string; item: string }> {
  const { openDatabase } = await import('../adapter/duckdb.ts');
  const { hoursOf, hoursSql } = await import('../log/layout.ts');
  const database = await openDatabase();
  try {
    const hours = await hoursOf(at('log'), 'event');
    const [row] = await database.rows<{ user: string; session: string; item: string }>(
      `SELECT "user", session, item FROM ${hoursSql(at('log'), 'event', hours)} ORDER BY "user" LIMIT 1`,
    );
    return row!;
  } finally {
    database.close();
  }
}
