import type { EventType } from '../contract/event.ts';
import type { DeviceClass } from '../contract/request.ts';
import type { SourceName } from '../contract/surface.ts';
import type { AggregateSpec, CategoryAttribute, DeviceSpec } from './aggregate/spec.ts';

/**
 * A feature is data. Missing is NaN everywhere, never a silent 0; the models are told which values are missing.
 *
 * `placement` says who may fill it:
 *  - `catalog`: published with the release, computed by the trainer as of the release;
 *  - `edge`: computed by the Worker for this request, from the request or the online store;
 *  - `device`: computed in the browser from local history; its value never leaves the device. Of an event that history keeps the type, the time, the
 *    item and the value: no surface, quantity, session or named entity.
 */
export type Placement = 'catalog' | 'edge' | 'device';

/** `log1p` needs a value >= 0; others become missing. */
export type Transform = 'none' | 'log1p';

/** Which events count, beside their type. All that are given must hold. */
export interface EventFilter {
  /** The event's surface is this one. */
  readonly surface?: string;
  /** value >= minValue, value <= maxValue. An event without a finite value fails. */
  readonly minValue?: number;
  readonly maxValue?: number;
}

/** Events of one entity and how to put them into a number: see aggregate/spec.ts. */
export interface EventAggregate {
  readonly aggregate: AggregateSpec;
  readonly events: readonly EventType[];
  readonly where?: EventFilter;
}

/** An aggregate of what a device's history keeps of an event. */
export interface DeviceAggregate extends EventAggregate {
  readonly aggregate: DeviceSpec;
  readonly where?: EventFilter & { readonly surface?: never };
}

/** Distribution of an attribute over the last `last` events of a user; equal weight, each event's mass split over its values. */
export interface ShareSpec {
  readonly attribute: CategoryAttribute;
  readonly last: number;
  /** Of the last events, only those inside the window (aggregate/spec.ts). */
  readonly windowSeconds?: number;
}

/**
 * Whose events are aggregated. Events without the key (no user, no such entity) count for none.
 *  - item (all visitors): trainer as of the release, or the online store;
 *  - user, userItem (the visitor's events on this very candidate): the online store, or the device, of what it keeps of an event;
 *  - session, and named (`event.entities[key]`: card, device, account ...): the online store.
 */
export type AggregateFeature =
  | ({ readonly entity: 'item'; readonly placement: 'catalog' | 'edge' } & EventAggregate)
  | ({ readonly entity: 'user' | 'userItem'; readonly placement: 'edge' } & EventAggregate)
  | ({ readonly entity: 'user' | 'userItem'; readonly placement: 'device' } & DeviceAggregate)
  | ({ readonly entity: 'session'; readonly placement: 'edge' } & EventAggregate)
  | ({ readonly entity: 'named'; readonly key: string; readonly placement: 'edge' } & EventAggregate);

/** An attribute of the item as the catalogue has it. */
export type AttributeFeature = { readonly entity: 'item'; readonly placement: 'catalog' } & (
  | { readonly attribute: 'price' }
  /** Index in the list of the item's (first) value; missing when it has none or it is not in the list. */
  | { readonly attribute: CategoryAttribute; readonly oneOf: readonly string[] }
  /** FNV-1a (32 bit, of the UTF-8 bytes) of the item's (first) value, modulo `buckets`; missing when it has none. */
  | { readonly attribute: CategoryAttribute; readonly hashBuckets: number }
  /** 1 when the value is among the item's, else 0; missing when it has none. */
  | { readonly attribute: CategoryAttribute; readonly has: string }
  /**
   * Number of tokens of the text whose hash (as above) modulo `hashBuckets` is `bucket`; missing without text. Tokens: A-Z lowered, split at every
   * run of ASCII characters that are not a-z or 0-9; all other characters are part of tokens. A feature per bucket: see `textHash`.
   */
  | { readonly attribute: 'title' | 'text'; readonly hashBuckets: number; readonly bucket: number }
);

/** What the request says; the same for all candidates, but for `position`. */
export type ContextFeature = {
  readonly entity: 'context';
  readonly placement: 'edge';
} /** Hour of day [0, 24), fractional, and weekday (0 = Monday) in the visitor's time zone; device class: phone 0, tablet 1, desktop 2, other missing. */ & (
  | { readonly context: 'hour' | 'weekday' | 'deviceClass' }
  /** Index in the list; missing when it is not in it. Country: ISO 3166-1 alpha-2, upper case. */
  | { readonly context: 'country' | 'surface'; readonly oneOf: readonly string[] }
  /** 0-based position in the slate: of the impression in training; missing (or the default) at serving, when it is not known yet. */
  | { readonly context: 'position' }
);

/**
 * Made of two other features that are defined before it: of their final values, as the ranker would see them. Missing when either is. Computed
 * wherever a model's input is put together; neither served nor logged. Placement `device` when one of the two is, else `edge`.
 */
export interface CrossFeature<Name extends string = string> {
  readonly entity: 'cross';
  /** a * b, a / b (missing for b = 0), a - b */
  readonly cross: 'product' | 'ratio' | 'difference';
  readonly of: readonly [Name, Name];
  readonly placement: 'edge' | 'device';
}

/** Of a candidate and the visitor's own history. Order of history: (tMs, id), as in aggregate/spec.ts. */
export type HistoryFeature = {
  readonly entity: 'userItem';
  readonly placement: 'device';
  readonly events: readonly EventType[];
} /** Sum over the candidate's attribute values of the visitor's share of that value, in [0, 1]; missing without history. */ & (
  | { readonly match: ShareSpec }
  /** Cosine of the candidate's vector with the visitor's history: `last` event, decayed `mean` (weight decay^rank), or `max` over the last. */
  | { readonly cosine: 'last' | 'mean' | 'max'; readonly last: number; readonly decay?: number }
  /** The same as an inner product: the candidate's vector keeps its length, what history comes to has length 1. */
  | { readonly dot: 'last' | 'mean' | 'max'; readonly last: number; readonly decay?: number }
  /** |log price - mean log price of the visitor's last `last` events|; missing without a price on either side. */
  | { readonly priceDistance: { readonly last: number } }
);

/**
 * The same of a candidate and the seeds of the request: what the visitor showed interest in last, as far as the device tells the edge, which it does with
 * consent only. Of the newest `last` of them (the newest is of rank 0); missing without any.
 */
export type SeedFeature = {
  readonly entity: 'candidate';
  readonly placement: 'edge';
  readonly seeds: { readonly last: number } & (
    | { readonly match: CategoryAttribute }
    | { readonly cosine: 'last' | 'mean' | 'max'; readonly decay?: number }
    | { readonly dot: 'last' | 'mean' | 'max'; readonly decay?: number }
    | { readonly price: 'distance' }
  );
};

export type FeatureSpec<Name extends string = string> =
  | AggregateFeature
  | AttributeFeature
  /** Seconds since an item's arrival. Computed at request time from `publishedAtMs`. */
  | { readonly entity: 'item'; readonly age: true; readonly placement: 'edge' }
  /** Score that a retrieval source gave this candidate; missing when it did not propose it. */
  | { readonly entity: 'candidate'; readonly source: SourceName; readonly placement: 'edge' }
  | SeedFeature
  | ContextFeature
  | HistoryFeature
  | CrossFeature<Name>;

/**
 * From raw to final value, in this order: a stale value is missing; a missing value is the default, where there is one; then the transform.
 */
export interface ValueRules {
  /** Aggregates only. Stale when the newest event that passed the filter, inside the window or not, is more than this before the time of reading. */
  readonly ttlSeconds?: number;
  /** Stands for missing, in the unit of the raw value. */
  readonly default?: number;
  readonly transform?: Transform;
}

/** A feature without its name, as `defineFeatures` takes it. `Name`: of the features that a cross may be made of. */
export type UnnamedFeature<Name extends string = string> = FeatureSpec<Name> & ValueRules;

export type FeatureDefinition = UnnamedFeature & { readonly name: string };

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

/** Values of the context feature `deviceClass`. */
export const deviceClassValues: Readonly<Record<DeviceClass, number>> = { phone: 0, tablet: 1, desktop: 2, other: Number.NaN };
