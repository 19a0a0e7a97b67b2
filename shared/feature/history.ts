import type { EventType } from '../contract/event.ts';
import type { Item } from '../contract/item.ts';

/** What features need of an item: of a candidate, and of an item in a visitor's history. */
export interface HistoryItem extends Pick<Item, 'id' | 'categories' | 'brand' | 'price'> {
  /** Float32 [dim]. */
  readonly vector?: Float32Array;
  /** Release that the vector is of. Vectors of two releases have nothing to do with each other: a cosine ignores those of another space. */
  readonly space?: string;
}

/** One event of a visitor, as features see it. */
export interface HistoryEvent {
  readonly type: EventType;
  readonly tMs: number;
  readonly item: HistoryItem;
  readonly value?: number;
}

/** An event that is kept for windows over the last k. */
export type HistoryEntry = Pick<HistoryEvent, 'type' | 'tMs' | 'item'>;

/** The items of the last `last` events of these types, newest first. `history` is in time order. */
export function lastItems(history: readonly HistoryEntry[], events: readonly EventType[], last: number): HistoryItem[] {
  const items: HistoryItem[] = [];
  for (let i = history.length - 1; i >= 0 && items.length < last; i--) {
    const entry = history[i];
    if (entry && events.includes(entry.type)) items.push(entry.item);
  }
  return items;
}
