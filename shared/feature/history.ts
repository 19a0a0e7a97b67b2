import type { EventType } from '../contract/event.ts';
import type { Item } from '../contract/item.ts';
import { isInside } from './aggregate/window.ts';
import type { FeatureEvent } from './event.ts';

/** What features need of an item: of a candidate, and of an item in a visitor's history. */
export interface HistoryItem extends Pick<Item, 'id' | 'categories' | 'brand' | 'price'> {
  /** Float32 [dim]. */
  readonly vector?: Float32Array;
  /** Release that the vector is of. Vectors of two releases have nothing to do with each other: a cosine ignores those of another space. */
  readonly space?: string;
}

/** One event of a visitor, as features see it. */
export interface HistoryEvent extends FeatureEvent {
  readonly item: HistoryItem;
}

/** An event that is kept for windows over the last k. */
export type HistoryEntry = Pick<HistoryEvent, 'id' | 'type' | 'tMs' | 'item'>;

/** The last `last` events of these types. With a window, only those of them that are inside it as of `nowMs`. */
export interface HistoryWindow {
  readonly events: readonly EventType[];
  readonly last: number;
  readonly windowSeconds?: number;
}

/** The items of a window over history, newest first. `history` is in the order (tMs, id). */
export function lastItems(history: readonly HistoryEntry[], window: HistoryWindow, nowMs: number): HistoryItem[] {
  const items: HistoryItem[] = [];
  for (let i = history.length - 1; i >= 0 && items.length < window.last; i--) {
    const entry = history[i] as HistoryEntry;
    if (!window.events.includes(entry.type)) continue;
    // Older ones are outside as well.
    if (!isInside(entry.tMs, nowMs, window.windowSeconds)) break;
    items.push(entry.item);
  }
  return items;
}
