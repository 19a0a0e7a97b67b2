import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishRelease } from '../release/publish.ts';
import { writeRelease } from '../release/write.ts';
import { drain } from './events/drain.ts';
import { batchOf, Sent } from './events/sent.ts';
import { quantile } from './quantile.ts';
import { workerdSeconds } from './recommend/cpu.ts';
import { type LoadRequest, type LoadRound, load } from './recommend/load.ts';
import { syntheticRelease } from './recommend/release.ts';
import { freePort, startBenchWorker } from './recommend/worker.ts';

export interface EventsBenchOptions {
  readonly rounds?: number;
  readonly roundMs?: number;
  readonly connections?: number;
  /** Events of a batch. */
  readonly batch?: number;
}

export interface EventsBench {
  /** What ran the Worker. */
  readonly server: 'wrangler dev';
  readonly connections: number;
  readonly batch: number;
  /** Events of batches that were answered 202, batches that were sent again left out. */
  readonly eventsPerSecond: number;
  readonly batchesPerSecond: number;
  readonly helloPerSecond: number;
  /** Batches a second beside hellos a second. */
  readonly ratio: number;
  /** Of a batch, with that many connections on these cores: waiting for a turn included. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of workerd per batch, with its queue and stores; absent where /proc does not tell. */
  readonly cpuMs?: { readonly batch: number; readonly hello: number };
  /** Answers other than 202; those batches were sent again until they were acknowledged. */
  readonly refused: number;
  /** Batches that were sent twice on purpose. */
  readonly repeated: number;
  readonly acknowledged: number;
  readonly objects: number;
  /** Acknowledged events that the log does not have, rows beyond the first of an id, rows that nobody sent. */
  readonly lost: number;
  readonly duplicated: number;
  readonly foreign: number;
}

const site = 'bench';
/** Every so many requests send the batch before once more, as a client that did not hear the answer. */
const repeatEvery = 20;
/** An address may send 600 batches a minute: there are many visitors. */
const addresses = 250;

/**
 * Accepted events per second of POST /v1/events beside a route of the same Worker that answers "hello", in alternating rounds of the same run; then the
 * whole log is read back and compared with what was acknowledged. Only loopback; everything it starts is ended and its files are removed.
 */
export async function run(options: EventsBenchOptions = {}): Promise<EventsBench> {
  const { rounds = 4, roundMs = 2500, connections = 32, batch = 20 } = options;
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-bench-'));
  let worker: Awaited<ReturnType<typeof startBenchWorker>> | undefined;
  try {
    const release = join(folder, 'release');
    await mkdir(release);
    await writeRelease(release, await syntheticRelease({ items: 1000, dim: 32, neighbours: 20, seed: 1 }));
    worker = await startBenchWorker(folder, await freePort());
    const { url, token, group } = worker;
    const target = { url, token, site };
    await publishRelease(target, release);

    const stream = eventStream(randomUUID(), batch);
    const hello = () => '/v1/hello';
    await load(url, stream.next, connections, roundMs);
    await load(url, hello, connections, roundMs / 2);
    const totals = { events: [] as LoadRound[], hello: [] as LoadRound[] };
    const cpu = { events: 0, hello: 0 };
    for (let round = 0; round < rounds; round++) {
      for (const [name, requestOf] of [
        ['hello', hello],
        ['events', stream.next],
      ] as const) {
        const before = workerdSeconds(group) ?? Number.NaN;
        const { fresh } = stream.counts();
        const done = await load(url, requestOf, connections, roundMs);
        totals[name].push(name === 'hello' ? done : { ...done, requests: stream.counts().fresh - fresh });
        cpu[name] += (workerdSeconds(group) ?? Number.NaN) - before;
      }
    }
    await stream.resend(url);
    const acknowledged = stream.sent.acknowledgedIds();
    const { objects, lost, duplicated, foreign } = await drain(target, acknowledged);

    const seconds = (name: 'events' | 'hello') => totals[name].reduce((sum, round) => sum + round.seconds, 0);
    const latencies = totals.events.flatMap(({ latenciesMs }) => latenciesMs);
    const batches = totals.events.reduce((sum, { requests }) => sum + requests, 0);
    const hellos = totals.hello.reduce((sum, { latenciesMs }) => sum + latenciesMs.length, 0);
    const answers = { batch: latencies.length, hello: hellos };
    const { refused, repeated } = stream.counts();
    const [batchesPerSecond, helloPerSecond] = [latencies.length / seconds('events'), hellos / seconds('hello')];
    return {
      server: 'wrangler dev',
      connections,
      batch,
      eventsPerSecond: Math.round((batches * batch) / seconds('events')),
      batchesPerSecond: rounded(batchesPerSecond),
      helloPerSecond: rounded(helloPerSecond),
      ratio: rounded(batchesPerSecond / helloPerSecond),
      p50Ms: rounded(quantile(latencies, 0.5)),
      p99Ms: rounded(quantile(latencies, 0.99)),
      ...(Number.isFinite(cpu.events) && {
        cpuMs: { batch: rounded((cpu.events * 1000) / answers.batch), hello: rounded((cpu.hello * 1000) / answers.hello) },
      }),
      refused,
      repeated,
      acknowledged: acknowledged.size,
      objects,
      lost,
      duplicated,
      foreign,
    };
  } finally {
    await worker?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;

/** Batches without end, what became of them, and those that must be sent again. */
function eventStream(name: string, size: number) {
  const sent = new Sent();
  let [made, fresh, refused, repeated] = [0, 0, 0, 0];
  const requestOf = (n: number, body: string, first: boolean): LoadRequest => ({
    path: `/v1/events?site=${site}`,
    method: 'POST',
    headers: {
      'content-type': 'text/plain',
      'content-length': String(Buffer.byteLength(body)),
      'cf-connecting-ip': `198.51.100.${n % addresses}`,
    },
    body,
    status: 202,
    answered: (status) => {
      if (status !== 202) refused++;
      else {
        if (first) fresh++;
        sent.acknowledge(n);
      }
    },
  });
  return {
    sent,
    counts: () => ({ fresh, refused, repeated }),
    next: (): LoadRequest => {
      const again = made % repeatEvery === repeatEvery - 1 ? sent.body(made - 1) : undefined;
      const n = again === undefined ? made : made - 1;
      made++;
      if (again !== undefined) repeated++;
      return requestOf(n, again ?? sent.add(n, batchOf(name, n, size, Date.now())), again === undefined);
    },
    /** As a client does: until everything is acknowledged, with a pause after a refusal. */
    async resend(url: string): Promise<void> {
      for (let tries = 0; sent.unacknowledged().length > 0; tries++) {
        if (tries === 30) throw new Error(`${sent.unacknowledged().length} batches were never acknowledged`);
        if (tries > 0) await new Promise((resolve) => setTimeout(resolve, 1000));
        for (const n of sent.unacknowledged()) {
          const response = await fetch(`${url}/v1/events?site=${site}`, { method: 'POST', body: sent.body(n) ?? '' });
          await response.arrayBuffer();
          if (response.status === 202) sent.acknowledge(n);
        }
      }
    },
  };
}
