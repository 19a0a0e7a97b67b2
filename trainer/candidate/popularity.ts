import { DecayedCounts } from './decayed-counts.ts';
import { checkInteractions } from './interactions.ts';
import type { CandidateModel } from './model.ts';
import { sameForAll } from './same-for-all.ts';

export interface PopularitySettings {
  /** After so many days an interaction counts half. Infinity: all count the same. */
  readonly halfLifeDays: number;
}

/** Popularity as of the end of the log: sum of weight * 2^(-age / halfLife) per item; nothing is said of items without interactions. */
export const popularityModel: CandidateModel<PopularitySettings> = {
  name: 'popularity',
  summary: 'decayed number of interactions, the same for everybody',
  defaults: () => ({ halfLifeDays: 30 }),
  space: { halfLifeDays: [1, 3, 7, 14, 30, 90, 365, Number.POSITIVE_INFINITY] },
  cost: ({ interactions, items }) => ({ seconds: interactions * 2e-8 + items * 1e-8, bytes: 20 * items }),
  refusal: () => undefined,
  async fit(log, { halfLifeDays }, { throughMs }) {
    if (!(halfLifeDays > 0)) throw new RangeError(`popularity: halfLifeDays above 0 expected, not ${halfLifeDays}`);
    checkInteractions(log);
    const counts = new DecayedCounts(log.items, halfLifeDays);
    const seen = new Uint8Array(log.items);
    for (let e = 0; e < log.n; e++) {
      counts.add(log.item[e] as number, log.tMs[e] as number, log.weight[e] as number);
      seen[log.item[e] as number] = 1;
    }
    const scores = Float32Array.from(counts.at(throughMs), (score, item) =>
      seen[item] === 1 ? score : Number.NEGATIVE_INFINITY,
    );
    return sameForAll(scores);
  },
};
