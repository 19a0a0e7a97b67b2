import { limit } from '../contract/limit.ts';
import type { HistoryEvent } from './history.ts';

/** Impressions come by the dozen and would push out the few events that say more: so many of limit.historyEvents may be impressions. */
const keptImpressions = limit.historyEvents / 4;

/**
 * What a device keeps of its visitor's events, and so what device features are made of there: the newest limit.historyEvents, at most
 * keptImpressions of them impressions, oldest first, in the order of arrival.
 */
export function keptEvents(events: readonly HistoryEvent[]): HistoryEvent[] {
  let surplus = events.filter(({ type }) => type === 'impression').length - keptImpressions;
  const kept = events.filter(({ type }) => type !== 'impression' || surplus-- <= 0);
  return kept.slice(-limit.historyEvents);
}
