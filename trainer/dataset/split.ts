import type { Interactions } from '../candidate/interactions.ts';
import { Failure } from '../failure.ts';

/**
 * Two cuts in time. The candidate models behind ranker rows see [start, rankerFromMs), the rows are of [rankerFromMs, testFromMs),
 * the release's candidate models see [start, testFromMs), the evaluation is of [testFromMs, end].
 */
export interface Split {
  readonly rankerFromMs: number;
  readonly testFromMs: number;
}

/**
 * Cuts by shares of the interactions, not of the time. Interactions of one time are never separated: they fall after the cut.
 * @throws Failure `no-data` when a part would be empty.
 */
export function splitByTime(log: Interactions, shares: { readonly testShare: number; readonly rankerShare: number }): Split {
  const at = (share: number) => log.tMs[Math.min(log.n - 1, Math.floor(log.n * (1 - share)))] as number;
  const hint = 'Training needs interactions at many different times; import more of the log, or check the time column.';
  if (log.n === 0)
    throw new Failure(
      'no-data',
      'the data set has no positive interaction',
      'Name the events that count under `positives` in the configuration.',
    );
  const testFromMs = at(shares.testShare);
  const rankerFromMs = at(shares.testShare + shares.rankerShare);
  const first = log.tMs[0] as number;
  if (!(first < rankerFromMs && rankerFromMs < testFromMs)) {
    throw new Failure('no-data', `${log.n} positive interactions cannot be split by time into three parts`, hint);
  }
  return { rankerFromMs, testFromMs };
}
