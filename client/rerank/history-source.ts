import type { HistoryEvent, HistoryItem } from '../../shared/feature/history.ts';
import { historyInput } from '../../shared/feature/remembered.ts';
import type { GoldenCase } from '../../shared/model/golden.ts';
import { decodeHistory, type HistoryInput } from '../../shared/model/history.ts';

/** A page view: what is ranked, and what the visitor did before, oldest first. */
export interface Visit {
  readonly candidates: readonly HistoryItem[];
  readonly events: readonly HistoryEvent[];
  readonly nowMs: number;
}

/** Where an engine takes from what its model reads of a history, if it reads one. */
export type HistorySource = Visit | Pick<GoldenCase, 'history'>;

/** Only engines that are loaded late run such models, and so carry this. */
export function historyFrom(source: HistorySource | undefined): HistoryInput | undefined {
  if (source && 'candidates' in source) return historyInput(source.candidates, source.events, source.nowMs);
  return source?.history && decodeHistory(source.history);
}
