import type { HistoryEvent } from '../../shared/feature/history.ts';

/** Impressions come by the dozen and would push out the few events that say more: they get this share of the history. */
const impressionShare = 0.25;

/** What is kept of a history, oldest first: at most `limit` events, the oldest leave; at most a quarter of them impressions. */
export function trimmed(events: readonly HistoryEvent[], limit: number): HistoryEvent[] {
  let surplus = events.filter(({ type }) => type === 'impression').length - Math.floor(limit * impressionShare);
  const kept = events.filter(({ type }) => type !== 'impression' || surplus-- <= 0);
  return kept.slice(Math.max(0, kept.length - limit));
}
