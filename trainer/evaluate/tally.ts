import type { MetricValue } from '../../shared/contract/release.ts';
import { bootstrapDifference, bootstrapMean, type Resamples } from './bootstrap.ts';
import { averagePrecisionAt, ndcgAt, recallAt, reciprocalRankAt } from './metric.ts';
import type { Answer } from './order.ts';

/** Means per user of one system's metrics. */
export interface Tally {
  add(user: number, answer: Answer, others: Readonly<Record<string, number>>): void;
  /** Value per user [users] of a metric; NaN for a user without one. */
  perUser(metric: string): Float64Array;
  /** Every metric with its interval, and `coverage`, which has none: it is a property of the whole set of slates. */
  summary(resamples: Resamples): Record<string, MetricValue>;
}

/** @param catalogue Number of items that could be shown. */
export function createTally(users: number, k: number, catalogue: number): Tally {
  const sums = new Map<string, { readonly sum: Float64Array; readonly n: Float64Array }>();
  const shown = new Set<number>();
  const count = (metric: string, user: number, value: number) => {
    if (Number.isNaN(value)) return;
    const own = sums.get(metric) ?? { sum: new Float64Array(users), n: new Float64Array(users) };
    sums.set(metric, own);
    own.sum[user] = (own.sum[user] as number) + value;
    own.n[user] = (own.n[user] as number) + 1;
  };
  const perUser = (metric: string): Float64Array => {
    const own = sums.get(metric);
    return Float64Array.from({ length: users }, (_, user) =>
      own ? (own.sum[user] as number) / (own.n[user] as number) : Number.NaN,
    );
  };
  return {
    add(user, answer, others) {
      count(`ndcg@${k}`, user, ndcgAt(answer, k));
      count(`recall@${k}`, user, recallAt(answer, k));
      count(`mrr@${k}`, user, reciprocalRankAt(answer, k));
      count(`map@${k}`, user, averagePrecisionAt(answer, k));
      for (const [metric, value] of Object.entries(others)) count(metric, user, value);
      for (const ordinal of answer.slate) shown.add(ordinal);
    },
    perUser,
    summary(resamples) {
      const coverage = shown.size / Math.max(1, catalogue);
      const metrics = [...sums.keys()].map((metric) => [metric, bootstrapMean(perUser(metric), resamples)] as const);
      return { ...Object.fromEntries(metrics), [`coverage@${k}`]: { mean: coverage, low: coverage, high: coverage } };
    },
  };
}

/** Paired differences a - b of every metric that both have per user. */
export function differences(a: Tally, b: Tally, metrics: readonly string[], resamples: Resamples): Record<string, MetricValue> {
  return Object.fromEntries(
    metrics.map((metric) => [metric, bootstrapDifference(a.perUser(metric), b.perUser(metric), resamples)]),
  );
}
