import type { EventType } from '../contract/event.ts';
import type { SourceName } from '../contract/surface.ts';

/**
 * A feature is data. Missing is NaN everywhere, never a silent 0; the models are told which values are missing.
 *
 * `placement` says who may fill it:
 *  - `catalog`: published with the release, computed by the trainer as of the release;
 *  - `edge`: computed by the Worker for this request;
 *  - `device`: computed in the browser from local history; its value never leaves the device.
 */
export type Placement = 'catalog' | 'edge' | 'device';

/** Applied to the raw value. `log1p` needs a value >= 0. */
export type Transform = 'none' | 'log1p';

export type CategoryAttribute = 'categories' | 'brand';
export type NumberAttribute = 'price' | 'publishedAtMs';

/** Aggregates over the events of one entity. One file each in aggregate/. */
export type AggregateSpec =
  | { readonly kind: 'count' }
  /** sum of 2^(-(t - ti) / halfLife) */
  | { readonly kind: 'decayedCount'; readonly halfLifeSeconds: number }
  /** (sum of event values + prior * strength) / (n + strength); missing while n = 0 */
  | { readonly kind: 'meanValue'; readonly prior: number; readonly strength: number }
  /** seconds since the last event; missing when there was none */
  | { readonly kind: 'timeSince' };

/** Distribution of an attribute over the last `last` events of a user; equal weight, each event's mass split over its values. */
export interface ShareSpec {
  readonly attribute: CategoryAttribute;
  readonly last: number;
}

export type FeatureSpec =
  /** Aggregate over an item's events (all users). */
  | {
      readonly entity: 'item';
      readonly aggregate: AggregateSpec;
      readonly events: readonly EventType[];
      readonly placement: 'catalog';
    }
  /** A numeric attribute of the item. */
  | { readonly entity: 'item'; readonly attribute: 'price'; readonly placement: 'catalog' }
  /** Seconds since an item's arrival. Computed at request time from `publishedAtMs`. */
  | { readonly entity: 'item'; readonly age: true; readonly placement: 'edge' }
  /** Score that a retrieval source gave this candidate; missing when it did not propose it. */
  | { readonly entity: 'candidate'; readonly source: SourceName; readonly placement: 'edge' }
  /** Hour of day (0-24, fractional) and weekday (0 = Monday) in the visitor's time zone; device class as phone 0, tablet 1, desktop 2, other missing. */
  | { readonly entity: 'context'; readonly context: 'hour' | 'weekday' | 'deviceClass'; readonly placement: 'edge' }
  /** Aggregate over the visitor's own events. */
  | {
      readonly entity: 'user';
      readonly aggregate: AggregateSpec;
      readonly events: readonly EventType[];
      readonly placement: 'device';
    }
  /** Sum over the candidate's attribute values of the visitor's share of that value, in [0, 1]; missing without history. */
  | {
      readonly entity: 'userItem';
      readonly match: ShareSpec;
      readonly events: readonly EventType[];
      readonly placement: 'device';
    }
  /** Cosine of the candidate's vector with the visitor's history: `last` event, decayed `mean` (weight decay^rank), or `max` over the last. */
  | {
      readonly entity: 'userItem';
      readonly cosine: 'last' | 'mean' | 'max';
      readonly last: number;
      readonly decay?: number;
      readonly events: readonly EventType[];
      readonly placement: 'device';
    }
  /** Number of the visitor's own events on this very candidate. */
  | {
      readonly entity: 'userItem';
      readonly aggregate: { readonly kind: 'count' };
      readonly events: readonly EventType[];
      readonly placement: 'device';
    }
  /** |log price - mean log price of the visitor's last `last` events|; missing without a price on either side. */
  | {
      readonly entity: 'userItem';
      readonly priceDistance: { readonly last: number };
      readonly events: readonly EventType[];
      readonly placement: 'device';
    };

export type FeatureDefinition = FeatureSpec & { readonly name: string; readonly transform?: Transform };

/** `features.json` of a release. Column order is the array's order; `hash` = SHA-256 of the canonical JSON of the definitions and both lists. */
export interface FeatureSetDocument {
  readonly version: 1;
  readonly hash: string;
  readonly definitions: readonly FeatureDefinition[];
  /** Names the light ranker takes, in order: no `device` feature among them. */
  readonly light: readonly string[];
  /** Names the heavy ranker takes, in order. */
  readonly heavy: readonly string[];
}
