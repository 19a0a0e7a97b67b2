import type { ItemId } from '../contract/id.ts';
import { limit } from '../contract/limit.ts';
import { updateAggregate } from './aggregate/aggregate.ts';
import type { AggregateState } from './aggregate/kind.ts';
import type { FeatureDefinition } from './definition.ts';
import type { HistoryEntry, HistoryEvent } from './history.ts';
import type { FeatureSet } from './set.ts';

export type { HistoryEvent, HistoryItem } from './history.ts';

/**
 * Streaming state of one visitor. Only user.ts and user-document.ts know what is inside; structured clone keeps it.
 *
 * Memory is bounded: a few numbers per aggregate; own counts of at most limit.historyEvents items, the one touched longest ago leaves first;
 * a history of at most twice the sum of all windows.
 */
export interface UserState {
  /** Of the feature set. A state of another set is of no use: replay the events. */
  readonly hash: string;
  /** [set.device.length]; empty for features that are no aggregate of the user. */
  readonly aggregates: AggregateState[];
  /** Own events per item: [set.device.length] numbers each; in order of last touch. */
  readonly counts: Map<ItemId, number[]>;
  /** Ascending in time; of equal times, the later arrival is the newer event. */
  history: HistoryEntry[];
}

/** State of a visitor without history. */
export const createUserState = (set: FeatureSet): UserState => ({
  hash: set.hash,
  aggregates: set.device.map(() => []),
  counts: new Map(),
  history: [],
});

/** Length of a feature's window over the history; 0 when it has none. */
const windowOf = (feature: FeatureDefinition): number =>
  'match' in feature
    ? feature.match.last
    : 'cosine' in feature
      ? feature.last
      : 'priceDistance' in feature
        ? feature.priceDistance.last
        : 0;

/** Drops entries that are outside every window; what is left gives the same values. */
function pruned(set: FeatureSet, history: readonly HistoryEntry[]): HistoryEntry[] {
  const keep = new Set<HistoryEntry>();
  for (const feature of set.definitionOf.device) {
    let room = windowOf(feature);
    for (let i = history.length - 1; i >= 0 && room > 0; i--) {
      const entry = history[i];
      if (!entry || !('events' in feature) || !feature.events.includes(entry.type)) continue;
      keep.add(entry);
      room--;
    }
  }
  return history.filter((entry) => keep.has(entry));
}

/**
 * Adds one event. Events come in time order mostly; a late one is put where its time says, and values are as if it had come in
 * time (only which item's own count is forgotten first follows arrival). For values as of an event's time, read before adding it.
 */
export function updateUser(set: FeatureSet, state: UserState, { type, tMs, item, value = Number.NaN }: HistoryEvent): void {
  let bound = 0;
  let windowed = false;
  for (const [i, feature] of set.definitionOf.device.entries()) {
    const window = windowOf(feature);
    bound += window;
    if (!('events' in feature) || !feature.events.includes(type)) continue;
    if (window > 0) windowed = true;
    else if (feature.entity === 'user') updateAggregate(feature.aggregate, state.aggregates[i] as AggregateState, tMs, value);
    else countItem(state, item.id, i);
  }
  if (!windowed) return;
  let at = state.history.length;
  while (at > 0 && (state.history[at - 1] as HistoryEntry).tMs > tMs) at--;
  state.history.splice(at, 0, { type, tMs, item });
  // Pruning at twice the bound costs O(1) per event on average.
  if (state.history.length > 2 * bound) state.history = pruned(set, state.history);
}

function countItem(state: UserState, id: ItemId, column: number): void {
  const counts = state.counts.get(id) ?? state.aggregates.map(() => 0);
  counts[column] = (counts[column] ?? 0) + 1;
  state.counts.delete(id);
  state.counts.set(id, counts);
  for (const oldest of state.counts.keys()) {
    if (state.counts.size <= limit.historyEvents) break;
    state.counts.delete(oldest);
  }
}
