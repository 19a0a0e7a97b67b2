import type { EventType } from '../shared/contract/event.ts';

/** What a page may report: `vitrine('track', {type: 'cart', item: '42', value: 9.9})`. `value`: see shared/contract/event.ts. */
export interface TrackedEvent {
  readonly type: EventType;
  readonly item: string;
  readonly value?: number;
  readonly quantity?: number;
}

export interface FlushReport {
  /** Events that the edge accepted by this call. */
  readonly sent: number;
  /** Events still waiting. */
  readonly pending: number;
  /** Events given up since the page was opened: refused by the edge, or more than the outbox holds. */
  readonly dropped: number;
}

/** Commands of `window.vitrine(...)`. Anything else is ignored. */
export type Command =
  | readonly ['track', TrackedEvent]
  | readonly ['consent', 'granted' | 'denied']
  | readonly ['forget']
  | readonly ['flush', ((report: FlushReport) => void)?];

/** The function a page calls: before the tag has loaded, a stub that fills `q`; afterwards the tag's own. */
export interface CommandQueue {
  (...command: Command): void;
  q?: ArrayLike<unknown>[];
  /** Set by the tag, so that a second script tag does nothing. */
  loaded?: boolean;
}
