import { DecayedCounts } from './decayed-counts.ts';
import { checkInteractions } from './interactions.ts';
import type { CandidateModel } from './model.ts';
import { sameForAll } from './same-for-all.ts';

export interface TrendingSettings {
  /** What is new is judged by counts of this half-life, what is usual by counts of the longer one. */
  readonly shortDays: number;
  readonly longDays: number;
  /** Interactions that are expected of every item in the short time: a few clicks are no trend. */
  readonly prior: number;
}

/**
 * What accelerates. A decayed count c with half-life L is the rate of interactions times L / ln 2, so long * short / longDays is what the short count
 * would be at the usual rate, and with the variance of a Poisson number
 *
 *   score(i) = (short(i) - expected(i)) / sqrt(expected(i) + prior), expected = long(i) * shortDays / longDays
 *
 * Counts are of interactions, not of their weights, for these are no Poisson numbers.
 */
export const trendingModel: CandidateModel<TrendingSettings> = {
  name: 'trending',
  summary: 'what is met more often than it used to be, the same for everybody',
  defaults: () => ({ shortDays: 3, longDays: 30, prior: 3 }),
  space: { shortDays: [0.25, 1, 3, 7], longDays: [7, 14, 30, 90], prior: [1, 3, 10, 30] },
  cost: ({ interactions, items }) => ({ seconds: interactions * 4e-8 + items * 2e-8, bytes: 40 * items }),
  refusal: ({ ordered }) => (ordered ? undefined : 'the interactions have no order in time'),
  async fit(log, { shortDays, longDays, prior }, { throughMs }) {
    if (!(shortDays > 0 && longDays > shortDays && longDays < Number.POSITIVE_INFINITY))
      throw new RangeError(`trending: 0 < shortDays < longDays expected, not ${shortDays} and ${longDays}`);
    if (!(prior > 0 && prior < Number.POSITIVE_INFINITY)) throw new RangeError(`trending: prior above 0 expected, not ${prior}`);
    checkInteractions(log);
    const short = new DecayedCounts(log.items, shortDays);
    const long = new DecayedCounts(log.items, longDays);
    const seen = new Uint8Array(log.items);
    for (let e = 0; e < log.n; e++) {
      const item = log.item[e] as number;
      seen[item] = 1;
      for (const counts of [short, long]) counts.add(item, log.tMs[e] as number, 1);
    }
    const usual = long.at(throughMs);
    const scores = Float32Array.from(short.at(throughMs), (now, i) => {
      const expected = ((usual[i] as number) * shortDays) / longDays;
      return seen[i] === 1 ? (now - expected) / Math.sqrt(expected + prior) : Number.NEGATIVE_INFINITY;
    });
    return sameForAll(scores);
  },
};
