import type { ItemId } from '../contract/id.ts';
import { limit } from '../contract/limit.ts';
import { createAggregate, isCounted, updateAggregate } from './aggregate/aggregate.ts';
import type { AggregateState } from './aggregate/kind.ts';
import type { FeatureDefinition } from './definition.ts';
import type { HistoryEntry, HistoryEvent, HistoryWindow } from './history.ts';
import { isDuplicate } from './recent-ids.ts';
import type { FeatureSet } from './set.ts';

export type { HistoryEvent, HistoryItem } from './history.ts';

/** Aggregates of a visitor or of a visitor and an item, by index in `set.device`; made at the first event that counts. */
export type OwnAggregates = Record<number, AggregateState>;

/**
 * Streaming state of one visitor. Only user.ts, device.ts and user-document.ts know what is inside; structured clone keeps it.
 *
 * Memory is bounded: aggregates as aggregate/spec.ts says, of the visitor and of at most limit.historyEvents items, the one touched longest ago
 * leaves first; a history of at most twice the sum of all windows; recentIds event ids.
 */
export interface UserState {
  /** Of the feature set. A state of another set is of no use: replay the events. */
  readonly hash: string;
  readonly aggregates: OwnAggregates;
  /** Of own events per item; in order of last touch. */
  readonly items: Map<ItemId, OwnAggregates>;
  /** Ascending by (tMs, id); of events that are equal in both, the later arrival is the newer one. */
  history: HistoryEntry[];
  readonly ids: string[];
}

/** State of a visitor without history. */
export const createUserState = (set: FeatureSet): UserState => ({
  hash: set.hash,
  aggregates: {},
  items: new Map(),
  history: [],
  ids: [],
});

/** A feature's window over the history, if it has one. */
export function windowOf(feature: FeatureDefinition): HistoryWindow | undefined {
  if ('match' in feature) return { events: feature.events, ...feature.match };
  if ('cosine' in feature || 'dot' in feature) return feature;
  if ('priceDistance' in feature) return { events: feature.events, ...feature.priceDistance };
  return undefined;
}

/** Drops entries that are outside every window; what is left gives the same values. */
function pruned(windows: readonly HistoryWindow[], history: readonly HistoryEntry[]): HistoryEntry[] {
  const keep = new Set<HistoryEntry>();
  for (const { events, last } of windows) {
    let room = last;
    for (let i = history.length - 1; i >= 0 && room > 0; i--) {
      const entry = history[i] as HistoryEntry;
      if (!events.includes(entry.type)) continue;
      keep.add(entry);
      room--;
    }
  }
  return history.filter((entry) => keep.has(entry));
}

/**
 * Adds one event. Events come in time order mostly; a late one is put where its time says, and values are as if it had come in
 * time (only which item's own aggregates are forgotten first follows arrival). For values as of an event's time, read before adding it.
 */
export function updateUser(set: FeatureSet, state: UserState, event: HistoryEvent): void {
  if (isDuplicate(state.ids, event.id)) return;
  const windows: HistoryWindow[] = [];
  for (const [column, feature] of set.definitionOf.device.entries()) {
    const window = windowOf(feature);
    if (window) windows.push(window);
    if (!('aggregate' in feature) || !isCounted(feature, event)) continue;
    const aggregates = feature.entity === 'user' ? state.aggregates : touched(state, event.item.id);
    aggregates[column] ??= createAggregate();
    updateAggregate(feature, aggregates[column], event);
  }
  if (windows.some(({ events }) => events.includes(event.type))) remember(state, windows, event);
}

function remember(state: UserState, windows: readonly HistoryWindow[], { type, tMs, item, id }: HistoryEvent): void {
  const { history } = state;
  const isLater = (entry: HistoryEntry) => entry.tMs > tMs || (entry.tMs === tMs && (entry.id ?? '') > (id ?? ''));
  const before = history.findLastIndex((entry) => !isLater(entry));
  history.splice(before + 1, 0, { type, tMs, item, ...(id !== undefined && { id }) });
  // Pruning at twice the bound costs O(1) per event on average.
  if (history.length > 2 * windows.reduce((sum, { last }) => sum + last, 0)) state.history = pruned(windows, history);
}

/** Own aggregates of an item, now the one touched last. */
function touched({ items }: UserState, id: ItemId): OwnAggregates {
  const aggregates = items.get(id) ?? {};
  items.delete(id);
  items.set(id, aggregates);
  for (const oldest of items.keys()) {
    if (items.size <= limit.historyEvents) break;
    items.delete(oldest);
  }
  return aggregates;
}
