import type { ItemId } from '../../../shared/contract/id.ts';
import type { HistoryItem } from '../../../shared/feature/history.ts';
import { historyInput } from '../../../shared/feature/remembered.ts';
import type { HistoryInput } from '../../../shared/model/history.ts';

const vectorLength = 64;
const events = 50;
const nowMs = 1.7e12;

const item = (i: number): HistoryItem => ({
  id: `item-${i}` as ItemId,
  categories: [`genre ${i % 20}`, `mood ${i % 7}`],
  brand: `brand ${i % 50}`,
  price: 1 + (i % 90),
  vector: Float32Array.from({ length: vectorLength }, () => Math.random() - 0.5),
});

/** A page view of so many candidates and a history of 50 events: makes what a model reads of it, anew each time, as the device does. */
export function visitOf(rows: number): () => HistoryInput {
  const candidates = Array.from({ length: rows }, (_, i) => item(i));
  const past = Array.from({ length: events }, (_, i) => ({
    type: i % 3 ? ('click' as const) : ('purchase' as const),
    tMs: nowMs - (events - i) * 3_600_000,
    item: item(1000 + i),
  }));
  return () => historyInput(candidates, past, nowMs);
}
