import type { MetricValue } from '../../shared/contract/release.ts';
import type { Random } from '../random.ts';

/** Resamples of the users: row b, column j is the user drawn j-th in resample b. One draw serves all systems, so that differences are paired. */
export interface Resamples {
  readonly count: number;
  readonly users: number;
  readonly drawn: Int32Array;
}

export function drawResamples(users: number, count: number, random: Random): Resamples {
  return { count, users, drawn: Int32Array.from({ length: users * count }, () => random.below(users)) };
}

/**
 * Mean over users and its 95 % percentile interval under resampling of users (Efron and Tibshirani 1993, chapter 13). `values` [users]; NaN = this user
 * has no value. Without any value all three are 0: a manifest has no NaN.
 * @param weights [users] of the mean; without them every user counts the same.
 */
export function bootstrapMean(values: Float64Array, resamples: Resamples, weights?: Float64Array): MetricValue {
  const mean = meanOf(values, weights);
  if (Number.isNaN(mean)) return { mean: 0, low: 0, high: 0 };
  const means: number[] = [];
  for (let b = 0; b < resamples.count; b++) {
    const resampled = meanOf(values, weights, resamples.drawn.subarray(b * resamples.users, (b + 1) * resamples.users));
    if (!Number.isNaN(resampled)) means.push(resampled);
  }
  means.sort((a, b) => a - b);
  const quantile = (q: number) => means[Math.min(means.length - 1, Math.floor(q * means.length))] ?? mean;
  return { mean, low: quantile(0.025), high: quantile(0.975) };
}

/** The same of a - b, user by user. */
export function bootstrapDifference(a: Float64Array, b: Float64Array, resamples: Resamples): MetricValue {
  return bootstrapMean(
    a.map((value, user) => value - (b[user] as number)),
    resamples,
  );
}

/**
 * mean(a) / mean(b) over the users who have both, and its 95 % percentile interval: numerator and denominator of one resample are of the same users.
 * A resample whose denominator is not above 0 has no ratio.
 */
export function bootstrapRatio(a: Float64Array, b: Float64Array, resamples: Resamples): MetricValue {
  const ratios = new Float64Array(resamples.count);
  const both = a.map((value, user) => (Number.isNaN(b[user] as number) ? Number.NaN : value));
  const below = b.map((value, user) => (Number.isNaN(a[user] as number) ? Number.NaN : value));
  for (let r = 0; r < resamples.count; r++) {
    const drawn = resamples.drawn.subarray(r * resamples.users, (r + 1) * resamples.users);
    const denominator = meanOf(below, undefined, drawn);
    ratios[r] = denominator > 0 ? meanOf(both, undefined, drawn) / denominator : Number.NaN;
  }
  const known = ratios.filter((ratio) => !Number.isNaN(ratio)).sort();
  const mean = meanOf(both, undefined) / meanOf(below, undefined);
  const quantile = (q: number) => known[Math.min(known.length - 1, Math.floor(q * known.length))] ?? mean;
  return { mean, low: quantile(0.025), high: quantile(0.975) };
}

function meanOf(values: Float64Array, weights: Float64Array | undefined, drawn?: Int32Array): number {
  let sum = 0;
  let n = 0;
  for (let j = 0; j < values.length; j++) {
    const user = drawn ? (drawn[j] as number) : j;
    const value = values[user] as number;
    if (Number.isNaN(value)) continue;
    const weight = weights ? (weights[user] as number) : 1;
    sum += weight * value;
    n += weight;
  }
  return n === 0 ? Number.NaN : sum / n;
}
