import { createFeatureSet } from '../../../shared/feature/create.ts';
import type { FeatureDefinition } from '../../../shared/feature/definition.ts';
import { createReplay, type ReplayEvent } from '../../../shared/feature/replay.ts';
import { createRandom } from '../../random.ts';
import { freePort, startBenchWorker } from '../recommend/worker.ts';
import { definitions } from './definitions.ts';
import type { World } from './world.ts';

/** One process of workerd on this machine, with its client beside it; deployed, every shard and visitor has a thread of its own. */
export interface OnlineBench {
  readonly features: number;
  readonly events: number;
  readonly visitors: number;
  /** Events, each added to the states of its item, its visitor and both. */
  readonly updatesPerSecond: number;
  /** Requests for the values of 200 items, their visitor and both. */
  readonly readsPerSecond: number;
  readonly readsLateOrFailed: number;
  /** The same client, asking a route of the same Worker that answers at once. */
  readonly helloPerSecond: number;
  /** Values compared with the replay's, and how many differ. */
  readonly compared: number;
  readonly disagreements: number;
}

const eventCount = 10_000;
/** Of the log's first events, given to so many visitors who are active at the time: what they send comes in batches. */
const visitorCount = 200;
const messageEvents = 10;
/** What a delivery of the queue holds. */
const batchEvents = 500;
/** Every visitor's object exists after them: to make one costs this machine a file and is not what is measured. */
const warmBatches = visitorCount / (batchEvents / messageEvents);
const readItems = 200;
const readMs = 2000;
const readers = 4;
const comparedVisitors = 20;

/** The bench's aggregates as the online store would fill them, raw. */
const onlineDefinitions: readonly FeatureDefinition[] = definitions.flatMap((definition) =>
  'aggregate' in definition ? [{ ...definition, placement: 'edge', transform: 'none' } as FeatureDefinition] : [],
);

/** Updates and reads of the online store, and its values beside those of the replay. @param folder For the Worker's stores. */
export async function measureOnline({ items, events }: World, folder: string): Promise<OnlineBench> {
  const worker = await startBenchWorker(folder, await freePort(), 'edge/adapter/online-bench.ts');
  try {
    const post = async (path: string, body: unknown): Promise<Response> => {
      const response = await fetch(`${worker.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return response;
    };
    const names = onlineDefinitions.map(({ name }) => name);
    const document = createFeatureSet({ definitions: onlineDefinitions, light: names, heavy: names });
    await post('/setup', { document, items });

    const taken = visits(events.slice(0, eventCount));
    const nowMs = Math.max(...taken.map(({ tMs }) => tMs)) + 1;
    const batches = Array.from({ length: eventCount / batchEvents }, (_, b) =>
      taken.slice(b * batchEvents, (b + 1) * batchEvents),
    );
    const update = async (batch: readonly ReplayEvent[]) =>
      await post('/update', { events: batch.map((event) => ({ ...event, receivedMs: event.tMs })), nowMs });
    for (const batch of batches.slice(0, warmBatches)) await update(batch);
    const start = performance.now();
    for (const batch of batches.slice(warmBatches)) await update(batch);
    const updateSeconds = (performance.now() - start) / 1000;
    for (const batch of batches.filter((_, b) => b % 4 === 0)) await update(batch);

    const random = createRandom(1, 'bench/online');
    const question = () => ({
      user: `visitor-${random.below(visitorCount)}`,
      items: Array.from({ length: readItems }, () => items[random.below(items.length)]?.id as string),
      nowMs,
    });
    const read = async (asked: ReturnType<typeof question>) => (await (await post('/read', asked)).json()) as Answer;
    const hello = async () => {
      await (await fetch(`${worker.url}/v1/hello`)).text();
      return { degraded: [] };
    };
    const helloBefore = await measureReads(hello);
    const reads = await measureReads(() => read(question()));
    const helloAfter = await measureReads(hello);

    const replay = createReplay(onlineDefinitions, items);
    for (const event of taken) replay.add(event);
    let compared = 0;
    let disagreements = 0;
    for (let v = 0; v < comparedVisitors; v++) {
      const asked = question();
      // Items of which there are events, the visitor's own among them.
      const own = taken.flatMap(({ user, item }) => (user === asked.user ? [item] : []));
      const met = [...new Set([...own, ...asked.items.map(() => taken[random.below(eventCount)]?.item as string)])];
      const { values } = await read({ ...asked, items: met });
      for (const [i, item] of met.entries()) {
        const expected = replay.values({ tMs: nowMs, item, user: asked.user });
        for (const [f, name] of names.entries()) {
          const found = values[name]?.[values[name].length === 1 ? 0 : i] ?? Number.NaN;
          compared++;
          disagreements += Number(!agrees(found, expected[f] as number));
        }
      }
    }
    return {
      features: names.length,
      events: eventCount,
      visitors: visitorCount,
      updatesPerSecond: Math.round((eventCount - warmBatches * batchEvents) / updateSeconds),
      readsPerSecond: Math.round(reads.perSecond),
      readsLateOrFailed: reads.degraded,
      helloPerSecond: Math.round((helloBefore.perSecond + helloAfter.perSecond) / 2),
      compared,
      disagreements,
    };
  } finally {
    await worker.stop();
  }
}

/** The same events, as if of few visitors, in messages of one visitor each: every visitor once, then again. */
function visits(events: readonly ReplayEvent[]): ReplayEvent[] {
  const given = events.map((event, e) => {
    const visitor = e % visitorCount;
    return {
      event: { ...event, user: `visitor-${visitor}`, session: `visit-${visitor}` },
      message: Math.floor(e / visitorCount / messageEvents),
      visitor,
    };
  });
  return given.sort((a, b) => a.message - b.message || a.visitor - b.visitor).map(({ event }) => event);
}

interface Answer {
  /** By feature: one for all, or one per item; null: missing. */
  readonly values: Readonly<Record<string, readonly (number | null)[]>>;
  readonly degraded: readonly unknown[];
}

async function measureReads(
  read: () => Promise<Pick<Answer, 'degraded'>>,
): Promise<{ readonly perSecond: number; readonly degraded: number }> {
  let [done, degraded] = [0, 0];
  for (let warm = 0; warm < 20; warm++) await read();
  const start = performance.now();
  const reader = async () => {
    while (performance.now() - start < readMs) {
      degraded += Number((await read()).degraded.length > 0);
      done++;
    }
  };
  await Promise.all(Array.from({ length: readers }, reader));
  return { perSecond: done / ((performance.now() - start) / 1000), degraded };
}

/** To 1e-6 of the value: the replay's are float32. */
const agrees = (found: number, expected: number): boolean =>
  Number.isNaN(expected) ? Number.isNaN(found) : Math.abs(found - expected) <= 1e-6 * Math.abs(expected) + 1e-12;
