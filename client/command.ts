import type { EventType } from '../shared/contract/event.ts';

/** What a page may report: `vitrine('track', {type: 'cart', item: '42', value: 9.9})`. `value`: see shared/contract/event.ts. */
export interface TrackedEvent {
  readonly type: EventType;
  readonly item: string;
  readonly value?: number;
  readonly quantity?: number;
}

/**
 * What became of a tracked event. `device`: it is written to IndexedDB and outlives the page, however that ends, until the edge has it. `page`: there is
 * no database, it is lost if the page ends before it is sent. `none`: nothing is logged, because there is no consent or it was forgotten.
 */
export type Kept = 'device' | 'page' | 'none';

/** Why events were given up: more waited than the outbox holds, or the edge does not take them. */
export type DropReason = 'full' | 'refused';

/** Detail of the event `vitrine:drop` on the document. */
export interface DropDetail {
  readonly count: number;
  readonly reason: DropReason;
}

export interface FlushReport {
  /** Events that the edge accepted by this call; 0 where nothing was sent. */
  readonly sent: number;
  /** Events still waiting. */
  readonly pending: number;
  /** Events given up since the page was opened. */
  readonly dropped: number;
}

/** Commands of `window.vitrine(...)`. Anything else is ignored. */
export type Command =
  | readonly ['track', TrackedEvent, ((kept: Kept) => void)?]
  | readonly ['consent', 'granted' | 'denied']
  | readonly ['forget']
  | readonly ['flush' | 'status', ((report: FlushReport) => void)?];

/** The function a page calls: before the tag has loaded, a stub that fills `q`; afterwards the tag's own. */
export interface CommandQueue {
  (...command: Command): void;
  q?: ArrayLike<unknown>[];
  /** Set by the tag, so that a second script tag does nothing. */
  loaded?: boolean;
}
