import type { Pool } from './blend-pool.ts';

/** What a source counts in a blend: weight * sign(v) |v|^power of its scaled score v. */
export interface SourceWeight {
  readonly weight: number;
  readonly power: number;
}

export interface LearntWeights {
  /** By source; weight 0: left out. */
  readonly weights: readonly SourceWeight[];
  /** NDCG@10 on the validation cases, of the blend and of each source alone. */
  readonly ndcg: number;
  readonly single: readonly number[];
}

const grid = [0, 0.03, 0.06, 0.1, 0.17, 0.3, 0.5, 0.75, 1, 1.5, 2, 3];
const mostPasses = 6;
const judgedAt = 10;

/**
 * Weights that suit the validation cases, by coordinate ascent from the best single source: one source after the other takes the weight and power that
 * raise the mean of NDCG without a cut-off, which is less noisy than with one, until a pass changes nothing. At the end the blend has to have the
 * NDCG@10 of the best single source at least, or that source alone is the blend: it is never worse there than the best source.
 */
export function learnWeights(pool: Pool, powers: readonly number[]): LearntWeights {
  const sources = pool.values.map((values) =>
    powers.map((power) => values.map((value) => Math.sign(value) * Math.abs(value) ** power)),
  );
  const alone = sources.map(([first]) => meanGain(pool, Float64Array.from(first as Float32Array), Number.POSITIVE_INFINITY));
  const single = ndcgOfEach(pool);
  const start = indexOfMost(alone);
  const choice = sources.map((_, s) => ({ weight: s === start ? 1 : 0, power: 0 }));
  const sum = new Float64Array(pool.values[0]?.length ?? 0);
  const add = (s: number, factor: number) => {
    const { weight, power } = choice[s] as { weight: number; power: number };
    const values = sources[s]?.[power] as Float32Array;
    if (weight !== 0)
      for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] as number) + factor * weight * (values[at] as number);
  };
  if (start >= 0) add(start, 1);
  let best = alone[start] ?? 0;
  const trial = new Float64Array(sum.length);
  for (let pass = 0, changed = true; pass < mostPasses && changed; pass++) {
    changed = false;
    for (const s of sources.keys()) {
      add(s, -1);
      for (const power of powers.keys()) {
        const values = sources[s]?.[power] as Float32Array;
        for (const weight of grid) {
          for (let at = 0; at < sum.length; at++) trial[at] = (sum[at] as number) + weight * (values[at] as number);
          const gain = meanGain(pool, trial, Number.POSITIVE_INFINITY);
          if (gain <= best + 1e-9) continue;
          best = gain;
          choice[s] = { weight, power };
          changed = true;
        }
      }
      add(s, 1);
    }
  }
  const ndcg = meanGain(pool, sum, judgedAt);
  const corner = indexOfMost(single);
  const most = single[corner] ?? 0;
  if (ndcg < most) return { weights: choice.map((_, s) => ({ weight: s === corner ? 1 : 0, power: 1 })), ndcg: most, single };
  return { weights: choice.map(({ weight, power }) => ({ weight, power: powers[power] as number })), ndcg, single };
}

/** NDCG@10 of each source alone. */
export const ndcgOfEach = (pool: Pool): number[] =>
  pool.values.map((values) => meanGain(pool, Float64Array.from(values), judgedAt));

/** Mean over cases of NDCG, places from `cut` on counting nothing. Of equal scores the target stands last. */
function meanGain({ starts, targets }: Pool, scores: Float64Array, cut: number): number {
  let total = 0;
  for (let c = 0; c < targets.length; c++) {
    const start = starts[c] as number;
    const end = starts[c + 1] as number;
    const own = targets[c] as number;
    let gain = 0;
    let ideal = 0;
    for (let t = 0; t < own; t++) {
      const score = scores[start + t] as number;
      let before = 0;
      for (let at = start + own; at < end; at++) if ((scores[at] as number) >= score) before++;
      for (let other = 0; other < own; other++) {
        const value = scores[start + other] as number;
        if (value > score || (value === score && other < t)) before++;
      }
      if (before < cut) gain += 1 / Math.log2(2 + before);
      if (t < cut) ideal += 1 / Math.log2(2 + t);
    }
    if (ideal > 0) total += gain / ideal;
  }
  return targets.length === 0 ? 0 : total / targets.length;
}

const indexOfMost = (values: readonly number[]): number =>
  values.reduce((most, value, s) => (value > (values[most] as number) ? s : most), 0);
