import { eventTypes } from '../../shared/contract/event.ts';
import type { ItemId, Ordinal } from '../../shared/contract/id.ts';
import { rememberedEvents } from '../../shared/feature/remembered.ts';
import type { HistoryEvent } from '../../shared/feature/user.ts';
import { objectives, type RankingRows } from '../fit/rows.ts';
import { type Random, shuffle } from '../random.ts';
import type { ShownSlate } from './shown.ts';

/** The newest events of a device that show interest, oldest first. */
export function historyOf(events: readonly HistoryEvent[], ordinalOf: ReadonlyMap<ItemId, Ordinal>): List['history'] {
  return rememberedEvents(events).map(({ type, tMs, item }) => ({
    item: ordinalOf.get(item.id) as Ordinal,
    tMs,
    type: eventTypes.indexOf(type),
  }));
}

/** One list while rows are collected. */
export interface List {
  readonly tMs: number;
  readonly items: Uint32Array;
  readonly history: readonly { readonly item: Ordinal; readonly tMs: number; readonly type: number }[];
  /** Per served feature, where the list is of a logged slate. */
  readonly logged: readonly boolean[] | undefined;
  readonly labels: readonly number[];
  readonly light: Float32Array;
  readonly heavy: Float32Array;
  /** Of a slate that was shown: where its items stood and what came of them. */
  readonly shown?: Pick<ShownSlate, 'positions' | 'propensities' | 'outcomes'>;
}

/** At most `n` of them, drawn at random, in their order. */
export function subset<Each>(lists: readonly Each[], n: number, random: Random): readonly Each[] {
  if (lists.length <= n) return lists;
  const order = Int32Array.from(lists.keys());
  shuffle(order, random);
  return Array.from(order.subarray(0, n).sort(), (q) => lists[q] as Each);
}

export function joined(lists: readonly List[], ranker: 'light' | 'heavy', columns: number): RankingRows {
  const offsets = new Uint32Array(lists.length + 1);
  for (const [q, { labels }] of lists.entries()) offsets[q + 1] = (offsets[q] as number) + labels.length;
  const rows = offsets[lists.length] as number;
  const all = { labels: new Float32Array(rows), features: new Float32Array(rows * columns) };
  for (const [q, list] of lists.entries()) {
    all.labels.set(list.labels, offsets[q]);
    all.features.set(list[ranker], (offsets[q] as number) * columns);
  }
  return { columns, lists: lists.length, offsets, ...all, ...whenAndWhat(lists, offsets), ...whatWasShown(lists, offsets) };
}

/** Of rows that were not shown nothing is known. */
function whatWasShown(
  lists: readonly List[],
  offsets: Uint32Array,
): Pick<RankingRows, 'positions' | 'propensities' | 'outcomes'> {
  if (!lists.some(({ shown }) => shown)) return {};
  const rows = offsets.at(-1) ?? 0;
  const unknown = () => new Float32Array(rows).fill(Number.NaN);
  const positions = new Int16Array(rows).fill(-1);
  const propensities = unknown();
  const outcomes = { click: unknown(), dwell: unknown(), conversion: unknown() };
  for (const [q, { shown }] of lists.entries()) {
    if (!shown) continue;
    positions.set(shown.positions, offsets[q]);
    propensities.set(shown.propensities, offsets[q]);
    for (const objective of objectives) outcomes[objective].set(shown.outcomes[objective], offsets[q]);
  }
  return { positions, propensities, outcomes };
}

/** Which items the rows are of, when they were asked for, and what the visitors' devices remembered. */
function whenAndWhat(lists: readonly List[], offsets: Uint32Array): Pick<RankingRows, 'items' | 'tMs' | 'histories'> {
  const items = new Int32Array(offsets.at(-1) ?? 0);
  for (const [q, list] of lists.entries()) items.set(list.items, offsets[q]);
  const entries = lists.flatMap(({ history }) => history);
  const bounds = new Uint32Array(lists.length + 1);
  for (const [q, { history }] of lists.entries()) bounds[q + 1] = (bounds[q] as number) + history.length;
  return {
    items,
    tMs: Float64Array.from(lists, ({ tMs }) => tMs),
    histories: {
      offsets: bounds,
      items: Int32Array.from(entries, ({ item }) => item),
      tMs: Float64Array.from(entries, ({ tMs }) => tMs),
      types: Uint8Array.from(entries, ({ type }) => type),
    },
  };
}
