import type { SiteId } from '../../shared/contract/id.ts';
import { type AgreeCase, drawCase } from '../../shared/feature/agree.case.ts';
import { blankValues } from '../../shared/feature/blank.ts';
import type { RandomLog } from '../../shared/feature/random.case.ts';
import { createReplay, type ReplayState } from '../../shared/feature/replay.ts';
import { toBase64 } from '../../shared/model/base64.ts';
import { createRandom } from '../../trainer/random.ts';
import { History } from '../rerank/history.ts';
import * as pastModule from '../rerank/past.ts';
import { indexedStore } from '../store/indexed.ts';
import type { Store } from '../store/store.ts';

/** Logs that are computed at the same time, each with databases of its own: IndexedDB waits more than it works. */
const lanes = 4;

/** One visitor's device each, by any name. */
type Devices = (name: string) => Promise<Store>;

/**
 * Values of all queries of one log, [queries] x [definitions]. Between any two queries everything in memory is dropped and read again from IndexedDB: each
 * visitor's history through the client's own History, and the states of items and entities as they are.
 */
async function computed(definitions: AgreeCase['definitions'], { items, events, queries }: RandomLog, devices: Devices) {
  const values = new Map<number, Float32Array>();
  let fromMs = Number.NEGATIVE_INFINITY;
  for (const [q, query] of [...queries.entries()].sort(([, a], [, b]) => a.tMs - b.tMs)) {
    const states = await devices('states');
    const replay = createReplay(definitions, items, (await states.fact('replay')) as ReplayState | undefined);
    const visitors = new Map<string, History>();
    const historyOf = async (user: string) => {
      const history = visitors.get(user) ?? new History(await devices(user), async () => pastModule);
      visitors.set(user, history);
      return history;
    };
    for (const event of events) {
      if (!(event.tMs >= fromMs && event.tMs < query.tMs)) continue;
      replay.add(event);
      if (event.user !== undefined) await (await historyOf(event.user)).add({ ...event, item: replay.item(event.item) });
    }
    fromMs = query.tMs;
    const past = query.user === undefined ? undefined : await (await historyOf(query.user)).past(replay.set);
    const own = past?.values([replay.item(query.item)], query.tMs) ?? blankValues(replay.set, 1);
    values.set(q, replay.values(query, own));
    await states.setFact('replay', replay.state);
  }
  return queries.flatMap((_, q) => [...(values.get(q) ?? [])]);
}

/** Values of a random case: Float32 [queries of all logs x definitions] as base64. */
export async function computeCase(seed: number, stream: string, logs: number): Promise<string> {
  const drawn = drawCase(createRandom(seed, stream), logs);
  const values: number[][] = [];
  const stores = new Map<string, Promise<Store>>();
  const open = (site: string) => {
    const store = stores.get(site) ?? indexedStore(site as SiteId, () => {});
    stores.set(site, store);
    return store;
  };
  const lane = async (from: number) => {
    for (let l = from; l < drawn.logs.length; l += lanes) {
      // Names without the log's own part, so that the next log finds the same few databases.
      const site = (name: string) => `${from}.${name.split('.').at(-1)}`;
      values[l] = await computed(drawn.definitions, drawn.logs[l] as RandomLog, (name) => open(site(name)));
      for (const [name, store] of stores) if (name.startsWith(`${from}.`)) await (await store).clear();
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, from) => lane(from)));
  for (const store of stores.values()) (await store).close();
  return toBase64(new Uint8Array(Float32Array.from(values.flat()).buffer));
}
