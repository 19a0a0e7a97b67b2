import type { Item } from '../contract/item.ts';
import { nothing, type Retrieved } from './retrieved.ts';

/** Items in order of arrival, newest first; of equal times the lower ordinal first. Items without a date are left out. */
export interface RecentTable {
  readonly ordinals: Uint32Array;
  readonly publishedAtMs: Float64Array;
}

export function recentTable(items: readonly Pick<Item, 'publishedAtMs'>[]): RecentTable {
  const times = Float64Array.from(items, ({ publishedAtMs = Number.NaN }) => publishedAtMs);
  const ordinals = Uint32Array.from(items.keys())
    .filter((ordinal) => Number.isFinite(times[ordinal]))
    .sort((a, b) => (times[b] as number) - (times[a] as number) || a - b);
  return { ordinals, publishedAtMs: Float64Array.from(ordinals, (ordinal) => times[ordinal] as number) };
}

const dayMs = 86_400_000;

/** The newest items that have arrived by `nowMs`. Score = days since 1970 of the arrival. */
export function recent(table: RecentTable, nowMs: number, limit: number): Retrieved {
  // Binary search for the first that is not of the future.
  let low = 0;
  let high = table.ordinals.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((table.publishedAtMs[middle] as number) > nowMs) low = middle + 1;
    else high = middle;
  }
  if (limit <= 0) return nothing;
  return {
    ordinals: table.ordinals.subarray(low, low + limit),
    scores: Float32Array.from(table.publishedAtMs.subarray(low, low + limit), (ms) => ms / dayMs),
  };
}
