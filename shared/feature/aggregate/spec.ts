import type { EventType } from '../../contract/event.ts';

/**
 * Aggregates over the events of one entity. What is written here is the contract of every executor (streaming TypeScript, DuckDB, ClickHouse);
 * they agree to 1e-9 relative, counts exactly. Rules for all kinds:
 *
 * - **As of t**: events with `tMs < t`, never one at or after t. A streaming state holds what was added: read it first, add what happened at t
 *   afterwards, and events reach it with `tMs` clamped to the receiver's clock. Then the order of arrival changes nothing, late events included.
 * - **On a device**: of the events that it keeps (kept.ts: the newest limit.historyEvents). SQL forgets nothing and knows more of a visitor with more.
 * - **Filter**: the event's type is in the feature's `events` (for `rate`: or in `of`), and `where` holds (definition.ts).
 * - **Order**: (tMs, id), ids by UTF-16 code unit; the newest is the greatest. Events without an id order by arrival among equal times.
 * - **Duplicates**: events of one id are one event, the first that arrived. Streaming knows the last `recentIds` distinct ids of the entity.
 * - **Operands**: a number that is absent or not finite, and a text that is absent, do not count: as if null in SQL.
 * - **Window in seconds**, of a whole number W: w = W * 1000 / 50 ms; an event is inside when floor(tMs / w) > floor(t / w) - 50. It reaches back
 *   more than 98 % and at most 100 % of W, and is the same for every executor. `velocity` alone is exact to the millisecond.
 * - **Window of the last k** (`last`): the k newest events that pass the filter, those without an operand included. With `windowSeconds` as well:
 *   those of them that are inside the window.
 *
 * Memory per entity and feature, whatever the number of events: an entry (3 numbers and an id) without
 * a window, 50 with a window in seconds, k with `last`; where a kind says otherwise, that.
 */
export type AggregateSpec =
  /** Number of events. 0 without any. */
  | ({ readonly kind: 'count' } & InSeconds)
  /** Sum of the operand. 0 without any. */
  | ({ readonly kind: 'sum' } & Operand & Windowed)
  /** (sum of the operand + prior * strength) / (n + strength), n events that have it; missing while n = 0. Prior and strength default to 0. */
  | ({ readonly kind: 'mean'; readonly prior?: number; readonly strength?: number } & Operand & Windowed)
  /** Greatest operand; missing without any. */
  | ({ readonly kind: 'max' } & Operand & Windowed)
  /** Least operand; missing without any. */
  | ({ readonly kind: 'min' } & Operand & Windowed)
  /**
   * (a + prior * strength) / (b + strength): a events of the types `of`, b events of the types `events`; missing while b = 0. A type in both counts
   * on both sides. Clicks per impression: events ['impression'], of ['click'].
   */
  | ({ readonly kind: 'rate'; readonly of: readonly EventType[]; readonly prior: number; readonly strength: number } & InSeconds)
  /** Sum of 2^(-(t - ti) / halfLife). 0 without events. */
  | { readonly kind: 'decayedCount'; readonly halfLifeSeconds: number }
  /** Number of different values, at most `exactBound`: min(exactBound, number). Every category of an item is a value. 0 without any. */
  | ({ readonly kind: 'distinct'; readonly of: TextField } & InSeconds)
  /** Operand of the nth newest event (1 = newest) that passes the filter; missing when there is none, when it has none or is outside the window. */
  | ({ readonly kind: 'last'; readonly nth: number } & Operand & InSeconds)
  /**
   * Share of one attribute value, in [0, 1]: each event whose item has the attribute has a mass of 1, split equally over its different values. The
   * mass of `value` / the number of such events; missing without any.
   */
  | ({ readonly kind: 'share'; readonly attribute: CategoryAttribute; readonly value: string } & Windowed)
  /** Seconds since the newest event; missing when there was none. */
  | { readonly kind: 'timeSince' }
  /** Number of events with t - windowSeconds * 1000 <= tMs < t, at most `exactBound`: min(exactBound, number). Memory: exactBound numbers. */
  | { readonly kind: 'velocity'; readonly windowSeconds: number };

export type AggregateKind = AggregateSpec['kind'];

/** Aggregates of what a device's history keeps of an event: no quantity, user, session, surface or named entity. */
export type DeviceSpec<Spec = AggregateSpec> = {
  readonly [Part in keyof Spec]: Part extends 'of'
    ? Extract<Spec[Part], 'value' | 'price' | 'item' | CategoryAttribute | readonly EventType[]>
    : Spec[Part];
};

/** Buckets of a window in seconds. */
export const windowBuckets = 50;
/** Up to here `distinct` and `velocity` are exact; beyond, they stay here. */
export const exactBound = 256;
/** Event ids that an entity's state remembers to recognise duplicates, latest arrivals. */
export const recentIds = 128;
/** Greatest `last` and `nth`. */
export const maxLast = 200;

export type CategoryAttribute = 'categories' | 'brand';
/** A number of an event: its own, or the price of its item. */
export type NumberField = 'value' | 'quantity' | 'price';
/** A text of an event, an attribute of its item, or the key of a named entity. */
export type TextField = 'item' | 'user' | 'session' | 'surface' | CategoryAttribute | `entities.${string}`;

export interface Operand {
  /** Default: 'value'. */
  readonly of?: NumberField;
}
export interface InSeconds {
  /** A whole number, 1 to 315,360,000 (ten years). Absent: all events. */
  readonly windowSeconds?: number;
}
export interface Windowed extends InSeconds {
  /** 1 to maxLast. Absent: no limit. */
  readonly last?: number;
}
