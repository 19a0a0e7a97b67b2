import type { LogEvent } from '../../shared/contract/event.ts';
import type { SiteId } from '../../shared/contract/id.ts';
import type { SlateRecord } from '../../shared/contract/slate-record.ts';

/** What crosses the log queue. A message of another version goes to the rejected ones. */
export const messageVersion = 2;

/** Events that are in the log: for what follows from them. */
export interface EventMessage {
  readonly v: typeof messageVersion;
  readonly kind: 'events';
  readonly site: SiteId;
  /** At most limit.eventBatchCount. */
  readonly events: readonly LogEvent[];
}

export interface SlateMessage {
  readonly v: typeof messageVersion;
  readonly kind: 'slate';
  readonly record: SlateRecord;
}

export type LogMessage = EventMessage | SlateMessage;
