import type { EventId, ItemId } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { Pack } from '../../shared/contract/pack.ts';
import type { HistoryEvent } from '../../shared/feature/history.ts';
import type { OutboxEntry } from '../rerank/protocol.ts';
import { packLimit, type Store } from './store.ts';

/** What every store must do. Plain functions, because one engine lives only inside a browser. Each starts with an empty store. */
export const storeCases: Readonly<Record<string, (store: Store) => Promise<void>>> = {
  async 'keeps history in order of arrival, with vectors'(store) {
    for (let i = 0; i < 3; i++) await store.addHistory(event(`i${i}`, 'click', i));
    const history = await store.history();
    equal(history.map(({ item }) => item.id).join(), 'i0,i1,i2');
    equal(history[2]?.item.vector instanceof Float32Array, true);
    equal(history[2]?.item.vector?.[1], 2.5);
  },
  async 'bounds history, and impressions before anything else'(store) {
    await store.addHistory(event('first', 'click', 0));
    for (let i = 0; i < limit.historyEvents; i++) await store.addHistory(event(`n${i}`, 'impression', i));
    const some = await store.history();
    equal(some.length <= limit.historyEvents, true);
    equal(some[0]?.item.id, 'first');
    equal(some.at(-1)?.item.id, `n${limit.historyEvents - 1}`);
    for (let i = 0; i < limit.historyEvents + 5; i++) await store.addHistory(event(`c${i}`, 'click', i));
    const full = await store.history();
    equal(full.length <= limit.historyEvents, true);
    equal(full.at(-1)?.item.id, `c${limit.historyEvents + 4}`);
  },
  async 'keeps the outbox until told otherwise, each id once'(store) {
    await store.outboxAdd([entry('a'), entry('b')]);
    await store.outboxAdd([entry('b'), entry('c')]);
    await store.outboxRemove(['b', 'unknown']);
    equal((await store.outboxAll()).map(({ event: { id } }) => id).join(), 'a,c');
    equal(JSON.stringify((await store.outboxAll())[0]), JSON.stringify(entry('a')));
  },
  async 'keeps the newest packs'(store) {
    for (let i = 0; i <= packLimit; i++) await store.keepPack(`k${i}`, pack(i));
    await store.keepPack('k1', pack(100));
    await store.keepPack('new', pack(101));
    equal(await store.lastPack('k0'), undefined);
    equal(await store.lastPack('k2'), undefined);
    equal((await store.lastPack('k1'))?.count, 100);
    equal((await store.lastPack('new'))?.count, 101);
    equal(await store.lastPack('unknown'), undefined);
  },
  async 'keeps facts'(store) {
    await store.setFact('engine', { name: 'onnx' });
    equal(JSON.stringify(await store.fact('engine')), '{"name":"onnx"}');
    equal(await store.fact('unknown'), undefined);
  },
  async 'clears everything'(store) {
    await store.addHistory(event('a', 'click', 1));
    await store.outboxAdd([entry('a')]);
    await store.keepPack('k', pack(1));
    await store.setFact('f', 1);
    await store.clear();
    equal((await store.history()).length, 0);
    equal((await store.outboxAll()).length, 0);
    equal(await store.lastPack('k'), undefined);
    equal(await store.fact('f'), undefined);
  },
};

const event = (id: string, type: 'click' | 'impression', tMs: number): HistoryEvent => ({
  type,
  tMs,
  item: { id: id as ItemId, categories: ['x'], vector: Float32Array.of(1, tMs + 0.5) },
});
const entry = (id: string): OutboxEntry => ({
  user: 'u',
  session: 's',
  event: { id: id as EventId, type: 'click', item: 'i' as ItemId, t: 1 },
  token: 't',
});
const pack = (count: number) => ({ count }) as Pack;

function equal(actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`expected ${String(expected)}, got ${String(actual)}`);
}
