import type { EventType } from '../contract/event.ts';
import type { Item } from '../contract/item.ts';

/** What features need of the item of an event, as the executor knows it when the event is added. */
export type EventItem = Pick<Item, 'id'> & Partial<Pick<Item, 'categories' | 'brand' | 'price'>>;

/** One event as the streaming executors see it: a log row with its item looked up. */
export interface FeatureEvent {
  readonly type: EventType;
  readonly tMs: number;
  /** Unit of idempotency and order among equal times. Without it an event is never a duplicate. */
  readonly id?: string;
  readonly item?: EventItem;
  readonly user?: string;
  readonly session?: string;
  readonly surface?: string;
  readonly value?: number;
  readonly quantity?: number;
  /** Keys of named entities: { card: '4711', device: 'a8f' }. */
  readonly entities?: Readonly<Record<string, string>>;
}
