import { beforeEach, describe, expect, it, vi } from 'vitest';
import { key, type OnlinePlace } from '../shared/contract/key.ts';
import type { EntityPlan } from '../shared/feature/entity.ts';
import { type Fault, faults, faultyPorts } from './adapter/faulty-ports.ts';
import { eventDeployment } from './adapter/memory-deployment.ts';
import { createApp, createServices } from './app.ts';
import { boundedPorts } from './bounded.ts';
import { itemPlace, type OnlinePlans, onlinePlans } from './feature/place.ts';
import { adminOf, origin, site } from './fixture/client.ts';
import { batchOf, click, eventId, logRow, session, user } from './fixture/event.ts';
import { onlineFeatures } from './fixture/online.ts';
import { fixtureRelease } from './fixture/release.ts';
import { consumeDead, consumeLog, type Delivery } from './ingest/consume.ts';
import type { LogMessage } from './ingest/message.ts';
import type { Ports } from './port.ts';
import { runSchedule } from './schedule.ts';
import * as answers from './schema/answer.ts';

// What fails here is made to fail: its warnings say nothing.
beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}));

/** Deadlines of some tens of milliseconds: a call that hangs is then late soon. */
const scale = 0.01;
const shop = site('shop');
type Deployment = Awaited<ReturnType<typeof eventDeployment>>;

/**
 * Runs a scenario once whole and then with every call failing, hanging or answering garbage, alone, each time on a deployment of its own.
 * @returns the calls of the whole run.
 */
async function disturb(
  prepare: () => Promise<Deployment>,
  scenario: (ports: Ports, deployment: Deployment, place: string) => Promise<void>,
): Promise<readonly string[]> {
  const run = async (fault: Fault, n?: number) => {
    const deployment = await prepare();
    const faulty = faultyPorts(deployment.ports, fault, n);
    await scenario(boundedPorts(faulty.ports, scale), deployment, `call ${n} ${fault}`);
    await deployment.settled();
    return faulty.calls;
  };
  const calls = await run('fails');
  const places = calls.flatMap((_, n) => faults.map((fault) => [fault, n] as const));
  // Many at once: most of the time is waiting for what hangs.
  for (let from = 0; from < places.length; from += 50)
    await Promise.all(places.slice(from, from + 50).map(([fault, n]) => run(fault, n)));
  return calls;
}

/** The only failure that a caller may see: not now, and when to come again. */
async function refusedForNow(response: Response, place: string): Promise<void> {
  expect([place, response.status, response.headers.get('retry-after')]).toEqual([place, 503, '5']);
  expect(['overloaded', 'not-ready']).toContain((await response.json<{ code: string }>()).code);
}

/** A queue that delivers what was not acknowledged again. `crashed`: its acknowledgements do not arrive. */
function queueOf(messages: readonly unknown[]) {
  let left = [...messages];
  const deliver = async (consume: typeof consumeLog, ports: Ports, crashed = false) => {
    const kept: unknown[] = [];
    const outcomes = new Map<unknown, number>();
    const deliveries = left.map((body): Delivery => {
      const once = () => outcomes.set(body, (outcomes.get(body) ?? 0) + 1);
      return {
        body,
        ack: once,
        retry: () => {
          once();
          kept.push(body);
        },
      };
    });
    await consume(deliveries, createServices(ports));
    expect([...outcomes.values()].every((n) => n === 1)).toBe(true);
    expect(outcomes.size).toBe(new Set(left).size);
    if (!crashed) left = kept;
  };
  return { deliver, left: () => left };
}

const withOnline = fixtureRelease({ items: 40, features: onlineFeatures });

/** Counts of clicks as the online store has them. */
async function clicksOf({ online, nowMs }: Ports) {
  const counts: Record<string, number> = {};
  const { item, user: visitor, session: visit } = onlinePlans(onlineFeatures) as OnlinePlans;
  const read = async (place: OnlinePlace, plan: EntityPlan | undefined, key: string, name = key) => {
    if (!plan) return;
    const [readings] = await online.read(shop, place, [{ plan, keys: [key] }], nowMs());
    if (readings?.values[0]) counts[name] = readings.values[0];
  };
  for (let i = 0; i < 10; i++) await read(itemPlace(`item-${i}`), item, `item-${i}`);
  await read({ kind: 'user', key: user }, visitor, user, 'user');
  await read({ kind: 'session', key: session }, visit, session, 'session');
  return counts;
}

const expected = [
  { item: 'item-1', count: 1 },
  { item: 'item-2', count: 1 },
];

describe('with any call failing, late or answering garbage', () => {
  it('an event that is acknowledged is in the log, once, and counted once', async () => {
    const body = batchOf([click(1), click(2), { ...click(3), type: 'impression' }]);
    const calls = await disturb(eventDeployment, async (ports, { app, send, rows, log, trending, ports: whole }, place) => {
      const request = () => new Request(`${origin}/v1/events?site=shop`, { method: 'POST', body });
      const response = await createApp(ports).fetch(request());
      if (response.status !== 202) await refusedForNow(response, place);
      else expect([place, rows().length]).toEqual([place, 3]);
      // A client that heard no 202 sends again, some of them although they did.
      if (response.status !== 202 || place.length % 2) expect((await send(body)).status).toBe(202);
      expect(await app.fetch(request()).then(({ status }) => status)).toBe(202);
      expect([place, rows().map((row) => row.id)]).toEqual([place, [1, 2, 3].map(eventId)]);
      const queue = queueOf(log.messages);
      await queue.deliver(consumeLog, whole);
      expect([place, await trending.top(shop, 10)]).toEqual([place, expected]);
    });
    expect(calls).toEqual(['gate.allows', 'copies.readText', 'registry.plan', 'registry.releases', 'files.create', 'log.send']);
  });

  it('a batch with refused events keeps the others', async () => {
    const body = batchOf([click(1), { ...click(2), item: '' }]);
    const calls = await disturb(eventDeployment, async (ports, { rows }, place) => {
      const response = await createApp(ports).fetch(new Request(`${origin}/v1/events?site=shop`, { method: 'POST', body }));
      if (response.status !== 202) await refusedForNow(response, place);
      else expect([place, rows().map((row) => row.id)]).toEqual([place, [eventId(1)]]);
    });
    expect(calls.filter((name) => name === 'files.create')).toHaveLength(2);
  });

  it('a replay or a tombstone that is confirmed is stored', async () => {
    const body = JSON.stringify(logRow(1));
    await disturb(eventDeployment, async (ports, { rows, admin }, place) => {
      const replay = (call: ReturnType<typeof adminOf>['call']) => call('sites/shop/events/replay', { method: 'POST', body });
      const response = await replay(adminOf(createApp(ports).fetch).call);
      if (response.status !== 200) await refusedForNow(response, place);
      else expect([place, rows().length]).toEqual([place, 1]);
      expect((await replay(admin.call)).status).toBe(200);
      expect([place, rows().length]).toEqual([place, 1]);
    });
    const visited = async () => {
      const deployment = await eventDeployment();
      await deployment.admin.publish('shop', withOnline);
      await deployment.send(batchOf([click(1)]));
      await deployment.settled();
      await queueOf(deployment.sent()).deliver(consumeLog, deployment.ports);
      expect(await clicksOf(deployment.ports)).toEqual({ 'item-1': 1, user: 1, session: 1 });
      return deployment;
    };
    await disturb(visited, async (ports, { objects, ports: whole }, place) => {
      const request = new Request(`${origin}/v1/forget?site=shop`, {
        method: 'POST',
        body: JSON.stringify({ user }),
      });
      const response = await createApp(ports).fetch(request);
      if (response.status !== 200) await refusedForNow(response, place);
      else {
        expect([place, objects('/forget/').length]).toEqual([place, 1]);
        expect([place, await clicksOf(whole)]).toEqual([place, { 'item-1': 1 }]);
      }
    });
  });

  /** Two sites, slates, and a message that is none. */
  const prepareQueue = async () => {
    const deployment = await eventDeployment();
    await deployment.admin.publish('shop', withOnline);
    for (const _ of [1, 2]) await deployment.app.fetch(new Request(`${origin}/v1/recommend?site=shop`));
    await deployment.send(batchOf([click(1)]));
    await deployment.send(batchOf([click(1), click(2)]));
    await deployment.settled();
    const other = { v: 2, kind: 'events', site: site('other'), events: [logRow(9, { site: 'other' })] };
    deployment.log.messages.push(other as unknown as LogMessage, { v: 1, kind: 'events', site: shop } as unknown as LogMessage);
    return deployment;
  };
  const wholeAfter = async ({ trending, objects, ports }: Deployment, place: string) => {
    expect([place, await trending.top(shop, 10)]).toEqual([place, expected]);
    expect([place, await clicksOf(ports)]).toEqual([place, { 'item-1': 1, 'item-2': 1, user: 2, session: 2 }]);
    expect([place, await trending.top(site('other'), 10)]).toEqual([place, [{ item: 'item-9', count: 1 }]]);
    const slates = objects('/log/slate/').flatMap(({ text }) =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).slate),
    );
    expect([place, new Set(slates).size]).toEqual([place, 2]);
    expect([place, objects('/rejected/').length]).toEqual([place, 1]);
  };

  it('what is delivered is done once, and what is not done is delivered again', async () => {
    const calls = await disturb(prepareQueue, async (ports, deployment, place) => {
      const queue = queueOf(deployment.log.messages);
      await queue.deliver(consumeLog, ports);
      await queue.deliver(consumeLog, deployment.ports);
      expect([place, queue.left()]).toEqual([place, []]);
      await wholeAfter(deployment, place);
    });
    const others = ['trending.add', 'files.create', 'copies.readText', 'copies.read', 'registry.plan', 'registry.releases'];
    expect(new Set(calls)).toEqual(new Set([...others, 'online.update']));
    expect(calls.filter((name) => name === 'online.update')).toHaveLength(4);
  });

  it('a consumer that ends before a write, after it, or before it acknowledges changes nothing', async () => {
    await disturb(prepareQueue, async (ports, deployment, place) => {
      const queue = queueOf(deployment.log.messages);
      await queue.deliver(consumeLog, ports, true);
      await queue.deliver(consumeLog, deployment.ports, true);
      await queue.deliver(consumeLog, deployment.ports);
      await wholeAfter(deployment, place);
    });
  });

  it('a dead letter is kept, once', async () => {
    await disturb(prepareQueue, async (ports, deployment, place) => {
      const queue = queueOf(deployment.log.messages);
      const { length } = queue.left();
      await queue.deliver(consumeDead, ports);
      await queue.deliver(consumeDead, deployment.ports, true);
      await queue.deliver(consumeDead, deployment.ports);
      expect([place, deployment.objects('/rejected/').length]).toEqual([place, length]);
    });
  });

  const release = withOnline;
  const published = async () => {
    const deployment = await eventDeployment();
    await deployment.admin.publish('shop', release);
    await deployment.settled();
    return deployment;
  };

  it.each([
    ['copies', async () => {}],
    ['no copies', async ({ copies }: Deployment) => copies.values.clear()],
  ])(
    'a visitor gets an answer of the documented shape, twice, with %s',
    async (_, damage) => {
      const prepare = async () => {
        const deployment = await published();
        await damage(deployment);
        return deployment;
      };
      const calls = await disturb(prepare, async (ports, { clock }, place) => {
        const app = createApp(ports);
        for (const path of [
          `/v1/recommend?site=shop&seeds=item-1&user=${user}&session=${session}`,
          '/v1/recommend?site=shop&rank=edge',
          '/v1/popular?site=shop',
        ]) {
          const response = await app.fetch(new Request(origin + path));
          expect([place, response.status]).toEqual([place, 200]);
          const body = await response.json();
          expect([place, answers.pack.safeParse(body).success || answers.slateAnswer.safeParse(body).success]).toEqual([
            place,
            true,
          ]);
          clock.nowMs += 6000;
        }
        // The fault was one call: some seconds later all is well.
        const after = answers.pack.parse(await (await app.fetch(new Request(`${origin}/v1/recommend?site=shop`))).json());
        expect([place, after.release]).toEqual([place, release.id]);
      });
      expect(calls).toContain(_ === 'copies' ? 'copies.read' : 'files.read');
    },
    60_000,
  );

  it('copies of items that are confirmed are written, and the cron ends', async () => {
    const name = key.onlineItems(shop, release.id, 0);
    const calls = await disturb(published, async (ports, { clock, copies }, place) => {
      clock.nowMs += 1000;
      const before = copies.values.get(name);
      const services = createServices(ports);
      const app = createApp(ports, services);
      const response = await adminOf(app.fetch).call('sites/shop/online/refresh', { method: 'POST' });
      if (response.status !== 200) await refusedForNow(response, place);
      else expect([place, copies.values.get(name)?.join() === before?.join()]).toEqual([place, false]);
      // The registry is what it begins with; everything else is done by the next run.
      await runSchedule(services).catch((error: Error) => expect([place, error.name]).toEqual([place, 'PortError']));
    });
    expect(new Set(calls)).toEqual(
      new Set(['copies.readText', 'copies.read', 'online.read', 'copies.write', 'registry.plans', 'registry.plan']),
    );
  }, 60_000);

  it('reading the catalogue, the log and the state is answered or refused for now', async () => {
    const paths = [
      'items/item-1?site=shop',
      'titles?site=shop',
      'health?site=shop',
      `files/${[...release.files.keys()][0]}?site=shop`,
    ];
    const admin = [
      'plan',
      'releases',
      'log?type=event',
      'log/hours?type=event',
      'forgotten',
      `files/${[...release.files.keys()][0]}`,
    ];
    await disturb(published, async (ports, _, place) => {
      const app = createApp(ports);
      for (const path of paths) {
        const response = await app.fetch(new Request(`${origin}/v1/${path}`));
        if (response.status !== 200) await refusedForNow(response, place);
        else await response.arrayBuffer();
      }
      for (const path of admin) {
        const response = await adminOf(app.fetch).call(`sites/shop/${path}`);
        if (response.status !== 200) await refusedForNow(response, place);
      }
    });
  }, 60_000);

  it('publishing ends live when it is done again, or was live already', async () => {
    const release = fixtureRelease({ items: 40 });
    const calls = await disturb(eventDeployment, async (ports, deployment, place) => {
      const admin = adminOf(createApp(ports).fetch);
      const steps = [
        ...Array.from(
          release.files,
          ([sha256, bytes]) =>
            () =>
              admin.putFile('shop', sha256, bytes),
        ),
        () => admin.putRelease('shop', release),
        () => admin.putPlan('shop', 0, release.id),
      ];
      for (const step of steps) {
        let response = await step();
        if (response.status >= 300) {
          await refusedForNow(response, place);
          response = await step();
        }
        // A change whose answer was lost meets itself.
        if (response.status === 409) expect(await response.json()).toMatchObject({ version: 1 });
        else expect([place, response.status < 300]).toEqual([place, true]);
      }
      await deployment.settled();
      expect([place, (await deployment.registry.plan(shop))?.arms[0]?.release]).toEqual([place, release.id]);
      const pack = answers.pack.parse(await (await deployment.app.fetch(new Request(`${origin}/v1/recommend?site=shop`))).json());
      expect([place, pack.release]).toEqual([place, release.id]);
    });
    expect(calls.length).toBeGreaterThan(40);
  }, 60_000);
});
