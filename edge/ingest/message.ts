import type { LogEvent } from '../../shared/contract/event.ts';
import type { SiteId } from '../../shared/contract/id.ts';
import type { SlateRecord } from '../../shared/contract/slate-record.ts';

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

export interface SlateMessage {
  readonly v: typeof messageVersion;
  readonly kind: 'slate';
  readonly record: SlateRecord;
}

export type LogMessage = EventMessage | SlateMessage;
