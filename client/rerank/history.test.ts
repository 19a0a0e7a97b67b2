import { describe, expect, it } from 'vitest';
import type { EventType } from '../../shared/contract/event.ts';
import type { ItemId } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import { createFeatureSet } from '../../shared/feature/create.ts';
import type { HistoryEvent } from '../../shared/feature/history.ts';
import { openFeatureSet } from '../../shared/feature/set.ts';
import { memoryStore } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import { History } from './history.ts';

const setOf = (type: EventType) =>
  openFeatureSet(
    createFeatureSet({
      definitions: [
        { name: 'served', entity: 'item', attribute: 'price', placement: 'catalog' },
        { name: 'count', entity: 'user', aggregate: { kind: 'count' }, events: [type], placement: 'device' },
      ],
      light: ['served'],
      heavy: ['served', 'count'],
    }),
  );
const clicks = setOf('click');
const event = (id: string, type: EventType = 'click'): HistoryEvent => ({
  type,
  tMs: 1,
  item: { id: id as ItemId, categories: [id] },
});
const historyOf = (store: Store) => new History(store, () => import('./past.ts'));
const past = async (history: History, set = clicks) => {
  const all = await history.past(set);
  if (!all) throw new Error('no history');
  return all;
};
const count = async (history: History, set = clicks) =>
  (await past(history, set)).values([{ id: 'x' as ItemId, categories: [] }], 2)[0];

describe('History', () => {
  it('needs no code of features while nothing happened', async () => {
    const history = new History(memoryStore(), () => Promise.reject(new Error('not now')));
    expect(await history.past(clicks)).toBeUndefined();
    await history.add(event('a'));
    await expect(history.past(clicks)).rejects.toThrow('not now');
    expect(history.find('a' as ItemId)?.id).toBe('a');
  });

  it('has every event, also one that comes while the code is being loaded', async () => {
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const history = new History(memoryStore(), () => arrived.then(() => import('./past.ts')));
    await history.add(event('a'));
    const counted = count(history);
    await history.add(event('b'));
    arrive();
    expect(await counted).toBe(2);
  });

  it('knows what it keeps and no more, before a reload as after it', async () => {
    const store = memoryStore();
    const history = historyOf(store);
    for (let i = 0; i < limit.historyEvents; i++) await history.add(event(`${i}`));
    expect(await count(history)).toBe(limit.historyEvents);
    for (let i = 0; i < 3; i++) await history.add(event('late'));
    expect(await count(history)).toBe(limit.historyEvents);
    expect(await count(historyOf(store))).toBe(limit.historyEvents);
  });

  it('counts an event at once, whether the state was asked for before or not', async () => {
    const history = historyOf(memoryStore());
    await history.add(event('a'));
    expect(await count(history)).toBe(1);
    await history.add(event('b'));
    expect(await count(history)).toBe(2);
  });

  it('replays what is stored, for any feature set', async () => {
    const store = memoryStore();
    const first = historyOf(store);
    for (const one of [event('a'), event('b', 'hide'), event('c')]) await first.add(one);
    const second = historyOf(store);
    expect(await count(second)).toBe(2);
    expect(await count(second, setOf('hide'))).toBe(1);
    expect(await count(second)).toBe(2);
  });

  it('knows what was seen, what was hidden, and the newest that is known of an item', async () => {
    const history = historyOf(memoryStore());
    for (const one of [event('a'), event('b', 'hide'), event('c', 'impression'), event('d', 'view')]) await history.add(one);
    const all = await past(history);
    expect([...all.seen()]).toEqual(['a', 'b', 'd']);
    expect([...all.hidden()]).toEqual(['b']);
    expect(history.find('d' as ItemId)).toEqual({ id: 'd', categories: ['d'] });
    expect(history.find('unknown' as ItemId)).toBeUndefined();
  });

  it('goes on in memory when the store fails', async () => {
    const failing = () => Promise.reject(new Error('disk full'));
    const store: Store = { ...memoryStore(), history: failing, addHistory: failing };
    const history = historyOf(store);
    await history.add(event('a'));
    expect(await count(history)).toBe(1);
  });

  it('stays bounded', async () => {
    const history = historyOf(memoryStore());
    for (let i = 0; i < limit.historyEvents + 20; i++) await history.add(event(`${i}`));
    expect((await past(history)).seen().size).toBe(limit.historyEvents);
  });
});
