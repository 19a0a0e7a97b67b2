import { expect, test } from 'vitest';
import type { ItemId } from '../../shared/contract/id.ts';
import { createFeatureSet } from '../../shared/feature/create.ts';
import type { FeatureDefinition } from '../../shared/feature/definition.ts';
import { openFeatureSet } from '../../shared/feature/set.ts';
import type { ReceivedEvent } from '../log/received.ts';
import { createOnlineLog, isUnread, type OnlineRequest, onlineLagMs } from './online.ts';

const clicks = { aggregate: { kind: 'count' }, events: ['click'], placement: 'edge' } as const;
const definitions: readonly FeatureDefinition[] = [
  { name: 'itemClicks', entity: 'item', ...clicks },
  { name: 'userClicks', entity: 'user', ...clicks },
  { name: 'ownClicks', entity: 'userItem', ...clicks },
  { name: 'cardClicks', entity: 'named', key: 'card', ...clicks },
];
const names = definitions.map(({ name }) => name);
const set = openFeatureSet(createFeatureSet({ definitions, light: names, heavy: names }));
const startMs = 1_760_000_000_000;
const [a, b] = ['a', 'b'] as ItemId[] as [ItemId, ItemId];
let made = 0;
const click = (afterMs: number, more: Partial<ReceivedEvent> = {}): ReceivedEvent => ({
  id: `click-${made++}`,
  type: 'click',
  tMs: startMs + afterMs,
  receivedMs: startMs + afterMs,
  user: 'u',
  session: 's',
  item: { id: a },
  entities: { card: '1' },
  ...more,
});

/** The store of these events, asked for items a and b at times after the start; `served` as of every feature and item. */
function opened(events: readonly ReceivedEvent[], sinceMs: (feature: string) => number = () => startMs) {
  const online = createOnlineLog(
    set,
    (async function* () {
      yield* events;
      return undefined;
    })(),
    sinceMs,
  );
  return async (afterMs: number, served: number, visit: OnlineRequest['visit'] = { user: 'u', entities: { card: '1' } }) => {
    const values = await online.values({ nowMs: startMs + afterMs, items: [a, b], visit, served: () => served });
    return values && Object.fromEntries(Object.entries(values).map(([k, v]) => [k, typeof v === 'number' ? v : Array.from(v)]));
  };
}

test('an event that was received longer ago than the lag counts, one on its way counts where that was served, and one of later never', async () => {
  const at = opened([click(0), click(10_000, { item: { id: b } }), click(20_000), click(200_000)]);
  const all = (n: readonly [number, number]) => ({ itemClicks: n, ownClicks: n });
  // Nothing need have arrived yet; then all that was received may have.
  expect(await at(15_000, 0)).toEqual({ ...all([0, 0]), userClicks: 0, cardClicks: 0 });
  expect(await at(15_000, 5)).toEqual({ ...all([1, 1]), userClicks: 2, cardClicks: 2 });
  expect(await at(15_000, 1)).toMatchObject({ userClicks: 1 });
  // What was settled cannot be taken back.
  expect(await at(onlineLagMs + 15_000, 0)).toEqual({ ...all([1, 1]), userClicks: 2, cardClicks: 2 });
  expect(await at(199_999, 9)).toEqual({ ...all([2, 1]), userClicks: 3, cardClicks: 3 });
  expect(await at(200_000, 9)).toMatchObject({ userClicks: 4 });
  // A slate that was written late: known as far as the lag goes back.
  expect(await at(199_999, 9)).toMatchObject({ userClicks: 3 });
  expect(await at(100_000, 9)).toBeUndefined();
});

test('events of one batch arrive together', async () => {
  const at = opened([click(0), click(0), click(0)]);
  expect(await at(10, 1)).toMatchObject({ userClicks: 0 });
  expect(await at(10, 2)).toMatchObject({ userClicks: 3 });
});

test('without a user or a key nothing is read', async () => {
  const at = opened([click(0)]);
  expect(await at(100_000, 1, {})).toEqual({ itemClicks: [1, 0] });
});

test('what the store does not take, or did not keep yet, is not in it', async () => {
  const weekMs = 7 * 86_400_000;
  const at = opened([click(0), click(1000), click(2000, { tMs: startMs + 2000 - weekMs })], (name) =>
    name === 'userClicks' ? startMs + 1000 : startMs,
  );
  expect(await at(100_000, 9)).toMatchObject({ itemClicks: [2, 0], userClicks: 1, cardClicks: 2 });
});

test('a store that was late or failed is told from the record', () => {
  const degraded = ['features/store-late:user', 'features/stale', 'features/store-failed:named'];
  expect(['user', 'named', 'item', 'userItem'].map((entity) => isUnread(degraded, entity))).toEqual([true, true, false, false]);
  expect(isUnread(['features/item-copy'], 'item')).toBe(true);
});
