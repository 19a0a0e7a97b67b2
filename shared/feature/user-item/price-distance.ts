import type { HistoryItem } from '../history.ts';

const logPrice = ({ price = 0 }: HistoryItem): number => (price > 0 ? Math.log(price) : Number.NaN);

/** |log price - mean log price of the history|; missing without a price above 0 on either side. */
export function priceDistanceOf(history: readonly HistoryItem[]): (candidate: HistoryItem) => number {
  let sum = 0;
  let n = 0;
  for (const item of history) {
    const log = logPrice(item);
    if (Number.isNaN(log)) continue;
    sum += log;
    n++;
  }
  // 0 / 0 is NaN: missing.
  return (candidate) => Math.abs(logPrice(candidate) - sum / n);
}
