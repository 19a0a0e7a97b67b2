import type { EventId, ItemId, SessionId, SiteId, SlateId, UserKey } from './id.ts';

/** Event schema version. A batch of another version is refused with `unknown-version`. */
export const eventVersion = 1;

export const eventTypes = [
  'impression',
  'view',
  'click',
  'skip',
  'dwell',
  'cart',
  'purchase',
  'play',
  'rating',
  'hide',
  'conversion',
] as const;
export type EventType = (typeof eventTypes)[number];

interface EventBase<Type extends EventType> {
  readonly id: EventId;
  readonly type: Type;
  readonly item: ItemId;
  /** Client clock, milliseconds since 1970. */
  readonly t: number;
  readonly surface?: string;
  /** The slate the item was shown in, where it was. */
  readonly slate?: SlateId;
  /** 0-based position in that slate. */
  readonly position?: number;
  /** Keys of named entities, for features of a card, a device, an account ...: `{ card: '4711' }`. At most limit.eventEntities. */
  readonly entities?: Readonly<Record<string, string>>;
}

/** Shown, at least half in view for a second. `propensity`: probability of this item at this position. */
export interface ImpressionEvent extends EventBase<'impression'> {
  readonly propensity?: number;
  /** Whether the order on screen was the edge's or the device's. */
  readonly order?: 'edge' | 'device';
}
/** `value` is seconds for dwell and play, stars for rating, money for purchase and conversion; unit by type. */
export interface ValuedEvent extends EventBase<'dwell' | 'play' | 'rating'> {
  readonly value: number;
}
export interface CommerceEvent extends EventBase<'cart' | 'purchase' | 'conversion'> {
  readonly value?: number;
  readonly quantity?: number;
}
export interface PlainEvent extends EventBase<'view' | 'click' | 'skip' | 'hide'> {}

export type ClientEvent = ImpressionEvent | ValuedEvent | CommerceEvent | PlainEvent;

/** Body of `POST /v1/events`. Sent only with consent, therefore `user` and `session` are required. */
export interface EventBatch {
  readonly v: typeof eventVersion;
  readonly user: UserKey;
  readonly session: SessionId;
  /** Client clock at sending; with the receive time it corrects skew. */
  readonly sentAt: number;
  readonly events: readonly ClientEvent[];
  /** Slate tokens (see pack.ts) of the slates that `events` name, so that the edge can verify them. */
  readonly tokens?: Readonly<Record<string, string>>;
}

/**
 * One row of the event log: what the trainer reads (Parquet) and the Worker writes (NDJSON in R2).
 * `tMs` is corrected: receivedAt - (sentAt - t), clamped to [receivedAt - 7 days, receivedAt].
 */
export interface LogEvent {
  readonly id: string;
  readonly type: EventType;
  readonly site: SiteId;
  readonly user: string;
  readonly session: string;
  readonly item: ItemId;
  readonly tMs: number;
  readonly receivedMs: number;
  readonly surface?: string;
  readonly slate?: string;
  readonly position?: number;
  readonly propensity?: number;
  readonly order?: 'edge' | 'device';
  readonly value?: number;
  readonly quantity?: number;
  /** Keys of named entities. */
  readonly entities?: Readonly<Record<string, string>>;
  /** True when the slate's token was present and authentic. */
  readonly verified?: boolean;
}

export const rejectedVersion = 1;

/** One event that was not taken. `index` is its place in the batch, or its line. */
export interface RejectedEvent {
  readonly index: number;
  readonly code: 'bad-event';
  readonly detail: string;
}

/** What could not be taken, kept as it came so that it can be repaired and replayed. One JSON object in R2. */
export interface RejectedRecord {
  readonly v: typeof rejectedVersion;
  /** `batch`: a body of `POST /v1/events` with events that were refused. `queue`: a message that could not be processed. */
  readonly from: 'batch' | 'queue';
  readonly reason: string;
  /** Worker's clock: when it arrived, or was given up. */
  readonly atMs: number;
  /** The bytes as they came. */
  readonly original: string;
  /** `base64` where the bytes are no UTF-8 text. */
  readonly encoding: 'utf8' | 'base64';
  /** Of a batch: what was refused and why. The others are in the log. */
  readonly rejected?: readonly RejectedEvent[];
}

/** A visitor whose rows are dropped: those received up to `untilMs` (Worker's clock). */
export interface Forgotten {
  /** SHA-256 (hex) of the user key. */
  readonly user: string;
  readonly untilMs: number;
}
