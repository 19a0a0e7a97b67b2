import { describe, expect, it } from 'vitest';
import type { EventType } from '../../shared/contract/event.ts';
import type { ItemId } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import { createFeatureSet } from '../../shared/feature/create.ts';
import { deviceValues } from '../../shared/feature/device.ts';
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
const count = async (history: History, set = clicks) =>
  deviceValues(set, await history.state(set), [{ id: 'x' as ItemId, categories: [] }], 2)[0];

describe('History', () => {
  it('counts an event at once, whether the state was asked for before or not', async () => {
    const history = new History(memoryStore());
    await history.add(event('a'));
    expect(await count(history)).toBe(1);
    await history.add(event('b'));
    expect(await count(history)).toBe(2);
  });

  it('replays what is stored, for any feature set', async () => {
    const store = memoryStore();
    const first = new History(store);
    for (const one of [event('a'), event('b', 'hide'), event('c')]) await first.add(one);
    const second = new History(store);
    expect(await count(second)).toBe(2);
    expect(await count(second, setOf('hide'))).toBe(1);
    expect(await count(second)).toBe(2);
  });

  it('knows what was seen, what was hidden, and the newest that is known of an item', async () => {
    const history = new History(memoryStore());
    for (const one of [event('a'), event('b', 'hide'), event('c', 'impression'), event('d', 'view')]) await history.add(one);
    expect([...history.seen()]).toEqual(['a', 'b', 'd']);
    expect([...history.hidden()]).toEqual(['b']);
    expect(history.find('d' as ItemId)).toEqual({ id: 'd', categories: ['d'] });
    expect(history.find('unknown' as ItemId)).toBeUndefined();
  });

  it('goes on in memory when the store fails', async () => {
    const failing = () => Promise.reject(new Error('disk full'));
    const store: Store = { ...memoryStore(), history: failing, addHistory: failing };
    const history = new History(store);
    await history.add(event('a'));
    expect(await count(history)).toBe(1);
  });

  it('stays bounded', async () => {
    const history = new History(memoryStore());
    for (let i = 0; i < limit.historyEvents + 20; i++) await history.add(event(`${i}`));
    expect(history.seen().size).toBe(limit.historyEvents);
  });
});
