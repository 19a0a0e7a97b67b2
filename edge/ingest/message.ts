import type { LogEvent } from '../../shared/contract/event.ts';
import type { SiteId } from '../../shared/contract/id.ts';

/** What crosses the log queue. A message of another version goes to the rejected ones, not to the log. */
export const messageVersion = 1;

/** What every event of a batch shares, so that the message carries it once. */
export type LoggedEvent = Omit<LogEvent, 'site' | 'user' | 'session' | 'receivedMs'>;

/** One accepted HTTP batch. */
export interface EventMessage {
  readonly v: typeof messageVersion;
  readonly kind: 'events';
  readonly site: SiteId;
  readonly user: string;
  readonly session: string;
  readonly receivedMs: number;
  /** SHA-256 of site, user and event ids: the same batch, sent or delivered again, has the same. */
  readonly digest: string;
  readonly events: readonly LoggedEvent[];
}

/** What one answer of the cascade showed, for learning. Columns: index i belongs to `items[i]`. Served values only, never device values. */
export interface SlateRecord {
  readonly site: SiteId;
  readonly slate: string;
  readonly surface: string;
  readonly release: string;
  readonly arm: string;
  readonly rank: 'device' | 'edge';
  readonly issuedAtMs: number;
  /** Items asked to be shown; `items` may hold more. */
  readonly count: number;
  readonly featureHash: string;
  /** Only with consent. */
  readonly user?: string;
  readonly session?: string;
  readonly items: readonly string[];
  readonly scores: readonly number[];
  readonly sources: readonly number[];
  readonly propensities: readonly number[];
  /** Base64 Float32 [n x s], as in the pack. */
  readonly served: string;
  readonly degraded: readonly string[];
}

export interface SlateMessage {
  readonly v: typeof messageVersion;
  readonly kind: 'slate';
  readonly record: SlateRecord;
}

export type LogMessage = EventMessage | SlateMessage;
