import { DecayedCounts } from './decayed-counts.ts';
import type { CandidateModel } from './model.ts';
import { popularityModel } from './popularity.ts';
import { checkOut } from './same-for-all.ts';

export interface PopularitySegmentSettings {
  readonly halfLifeDays: number;
  /** So many interactions of the whole are mixed into each segment's, so that small segments follow the whole. */
  readonly prior: number;
}

/**
 * Popularity in the visitor's segment (country, device: whatever the log's column tells), shrunk towards the whole:
 * score(i) = (p_s(i) + prior * p(i) / sum p) / (sum p_s + prior), p decayed as in `popularity`.
 */
export const popularitySegmentModel: CandidateModel<PopularitySegmentSettings> = {
  name: 'popularity-segment',
  summary: "what is popular in the visitor's country, on the visitor's device, ...",
  defaults: () => ({ halfLifeDays: 30, prior: 100 }),
  space: { halfLifeDays: [3, 7, 30, 90, 365, Number.POSITIVE_INFINITY], prior: { from: 1, to: 10_000, scale: 'log' } },
  cost: ({ interactions, items, segments }) => ({
    seconds: interactions * 3e-8 + items * segments * 1e-8,
    bytes: 20 * items + 12 * items * segments,
  }),
  refusal: ({ segments }) => (segments > 1 ? undefined : 'the interactions tell no segments apart'),
  async fit(log, { halfLifeDays, prior }, context) {
    if (!(prior >= 0 && prior < Number.POSITIVE_INFINITY))
      throw new RangeError(`popularity-segment: prior of 0 or more expected, not ${prior}`);
    const { artifact } = await popularityModel.fit(log, { halfLifeDays }, context);
    const whole = shares(Float64Array.from(artifact.scores as Float32Array, (score) => Math.max(0, score)));
    const segment = log.segment ?? new Int32Array(log.n).fill(-1);
    const bySegment = new Map<number, Float32Array>();
    for (const s of new Set(segment.filter((one) => one >= 0))) {
      const counts = new DecayedCounts(log.items, halfLifeDays);
      for (const [e, own] of segment.entries())
        if (own === s) counts.add(log.item[e] as number, log.tMs[e] as number, log.weight[e] as number);
      const own = counts.at(context.throughMs);
      bySegment.set(
        s,
        scoresOf(
          own.map((count, i) => count + prior * (whole[i] as number)),
          own.reduce(add, prior),
        ),
      );
    }
    const unknown = scoresOf(whole, 1);
    return {
      bytes: (bySegment.size + 1) * unknown.byteLength,
      score(histories, out) {
        checkOut(histories, out, log.items);
        for (const [h, history] of histories.entries()) out.set(bySegment.get(history.segment ?? -1) ?? unknown, h * log.items);
      },
      artifact: { scores: unknown },
    };
  },
};

const add = (sum: number, value: number): number => sum + value;

function shares(counts: Float64Array): Float64Array {
  const total = counts.reduce(add, 0);
  return counts.map((count) => (total > 0 ? count / total : 0));
}

function scoresOf(counts: Float64Array, total: number): Float32Array {
  return Float32Array.from(counts, (count) => (count > 0 && total > 0 ? count / total : Number.NEGATIVE_INFINITY));
}
