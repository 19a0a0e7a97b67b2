import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishRelease } from '../release/publish.ts';
import { writeRelease } from '../release/write.ts';
import { workerdSeconds } from './recommend/cpu.ts';
import { type LoadRound, load } from './recommend/load.ts';
import { syntheticRelease } from './recommend/release.ts';
import { freePort, startBenchWorker } from './recommend/worker.ts';

export interface RecommendBenchOptions {
  /** A release directory; a synthetic one of 10,000 items where absent. */
  readonly release?: string;
  readonly items?: number;
  readonly rounds?: number;
  readonly roundMs?: number;
  readonly connections?: number;
}

export interface RecommendBench {
  /** What ran the Worker. */
  readonly server: 'wrangler dev';
  readonly items: number;
  readonly connections: number;
  readonly requestsPerSecond: number;
  readonly helloPerSecond: number;
  readonly ratio: number;
  /** Of /v1/recommend, with that many connections on these cores: waiting for a turn included. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** One request at a time: what a visitor waits for, and its difference from hello is what the cascade takes. */
  readonly alone: { readonly recommendP50Ms: number; readonly recommendP99Ms: number; readonly helloP50Ms: number };
  /** CPU time of workerd per request, with everything it does in the background (slate log, queue, R2); absent where /proc does not tell. */
  readonly cpuMs?: { readonly recommend: number; readonly hello: number };
  readonly errors: number;
}

const site = 'bench';

/**
 * Requests per second of /v1/recommend (a pack of up to 200 candidates, seeds that differ) beside a route of the same Worker that answers "hello", in
 * alternating rounds of the same run. Only loopback; everything it starts is ended and its files are removed.
 */
export async function run(options: RecommendBenchOptions = {}): Promise<RecommendBench> {
  const { items = 10_000, rounds = 4, roundMs = 2500, connections = 32 } = options;
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-bench-'));
  let worker: Awaited<ReturnType<typeof startBenchWorker>> | undefined;
  try {
    const release = options.release ?? join(folder, 'release');
    if (options.release === undefined) await writeSynthetic(release, items);
    worker = await startBenchWorker(folder, await freePort());
    const { url, token, group } = worker;
    await publishRelease({ url, token, site }, release);
    const titles = (await (await fetch(`${url}/v1/titles?site=${site}`)).json()) as { items: [id: string][] };
    const ids = titles.items.map(([id]) => id);
    const seeded = (n: number) => {
      const seeds = [0, 1, 2].map((k) => encodeURIComponent(ids[(n * 7919 + k * 104_729) % ids.length] as string));
      return `/v1/recommend?site=${site}&surface=home&count=12&device=phone&seeds=${seeds.join(',')}`;
    };
    const hello = () => '/v1/hello';

    await load(url, seeded, connections, roundMs);
    await load(url, hello, connections, roundMs / 2);
    const totals = { recommend: [] as LoadRound[], hello: [] as LoadRound[] };
    const cpu = { recommend: 0, hello: 0 };
    for (let round = 0; round < rounds; round++) {
      for (const [name, pathOf] of [
        ['hello', hello],
        ['recommend', seeded],
      ] as const) {
        const before = workerdSeconds(group) ?? Number.NaN;
        totals[name].push(await load(url, pathOf, connections, roundMs));
        cpu[name] += (workerdSeconds(group) ?? Number.NaN) - before;
      }
    }
    const alone = { recommend: await load(url, seeded, 1, roundMs), hello: await load(url, hello, 1, roundMs) };
    return figures({ items: ids.length, connections, totals, cpu, alone });
  } finally {
    await worker?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeSynthetic(folder: string, items: number): Promise<void> {
  await mkdir(folder);
  await writeRelease(folder, await syntheticRelease({ items, dim: 32, neighbours: 100, seed: 1 }));
}

interface Measured {
  readonly items: number;
  readonly connections: number;
  readonly totals: Readonly<Record<'recommend' | 'hello', readonly LoadRound[]>>;
  readonly cpu: Readonly<Record<'recommend' | 'hello', number>>;
  readonly alone: Readonly<Record<'recommend' | 'hello', LoadRound>>;
}

function figures({ items, connections, totals, cpu, alone }: Measured): RecommendBench {
  const sum = (name: 'recommend' | 'hello', of: (round: LoadRound) => number) =>
    totals[name].reduce((all, round) => all + of(round), 0);
  const perSecond = (name: 'recommend' | 'hello') =>
    sum(name, ({ latenciesMs }) => latenciesMs.length) / sum(name, ({ seconds }) => seconds);
  const latencies = totals.recommend.flatMap(({ latenciesMs }) => latenciesMs);
  const [requestsPerSecond, helloPerSecond] = [perSecond('recommend'), perSecond('hello')];
  const cpuMs = (name: 'recommend' | 'hello') => round((cpu[name] * 1000) / sum(name, ({ requests }) => requests));
  return {
    server: 'wrangler dev',
    items,
    connections,
    requestsPerSecond: round(requestsPerSecond),
    helloPerSecond: round(helloPerSecond),
    ratio: round(requestsPerSecond / helloPerSecond),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    alone: {
      recommendP50Ms: quantile(alone.recommend.latenciesMs, 0.5),
      recommendP99Ms: quantile(alone.recommend.latenciesMs, 0.99),
      helloP50Ms: quantile(alone.hello.latenciesMs, 0.5),
    },
    ...(Number.isFinite(cpu.recommend) && { cpuMs: { recommend: cpuMs('recommend'), hello: cpuMs('hello') } }),
    errors: sum('recommend', ({ errors }) => errors) + sum('hello', ({ errors }) => errors),
  };
}

const round = (value: number) => Math.round(value * 1000) / 1000;

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN);
}
