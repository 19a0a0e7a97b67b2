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
