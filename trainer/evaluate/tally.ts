import type { MetricValue } from '../../shared/contract/release.ts';
import { bootstrapDifference, bootstrapMean, type Resamples } from './bootstrap.ts';
import { gini } from './exposure.ts';
import { averagePrecisionAt, hitAt, ndcgAt, precisionAt, recallAt, reciprocalRankAt } from './metric.ts';
import type { Answer } from './order.ts';

/** Means per user of one system's metrics. */
export interface Tally {
  add(user: number, answer: Answer, others: Readonly<Record<string, number>>): void;
  /** Value per user [users] of a metric; NaN for a user without one. */
  perUser(metric: string): Float64Array;
  /**
   * Every metric with its interval; `gauc`, the mean of `auc` in which users weigh as much as they asked; and what the whole set of slates has one of, without
   * interval: `coverage` and `gini`.
   */
  summary(resamples: Resamples): Record<string, MetricValue>;
  /** Share of the catalogue that the first 1, 2, ... k places hold. */
  coverage(): number[];
  readonly queries: number;
  /** Who asked. */
  readonly users: number;
}

/** @param catalogue Number of items that could be shown. */
export function createTally(users: number, k: number, catalogue: number): Tally {
  const sums = new Map<string, { readonly sum: Float64Array; readonly n: Float64Array }>();
  /** Item -> how often it was shown, and the best place that it had. */
  const shown = new Map<number, { times: number; place: number }>();
  let queries = 0;
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
  const coverage = (depth: number) => {
    let seen = 0;
    for (const { place } of shown.values()) if (place < depth) seen++;
    return seen / Math.max(1, catalogue);
  };
  return {
    add(user, answer, others) {
      queries++;
      count(`ndcg@${k}`, user, ndcgAt(answer, k));
      count(`recall@${k}`, user, recallAt(answer, k));
      count(`precision@${k}`, user, precisionAt(answer, k));
      count(`hit@${k}`, user, hitAt(answer, k));
      count(`mrr@${k}`, user, reciprocalRankAt(answer, k));
      count(`map@${k}`, user, averagePrecisionAt(answer, k));
      for (const [metric, value] of Object.entries(others)) count(metric, user, value);
      for (const [place, ordinal] of answer.slate.entries()) {
        const own = shown.get(ordinal);
        shown.set(ordinal, { times: (own?.times ?? 0) + 1, place: Math.min(place, own?.place ?? k) });
      }
    },
    perUser,
    summary(resamples) {
      const metrics = [...sums.keys()].map((metric) => [metric, bootstrapMean(perUser(metric), resamples)] as const);
      const asked = sums.get('auc')?.n;
      const times = Array.from(shown.values(), (own) => own.times);
      return {
        ...Object.fromEntries(metrics),
        ...(asked && { gauc: bootstrapMean(perUser('auc'), resamples, asked) }),
        [`coverage@${k}`]: exactly(coverage(k)),
        [`gini@${k}`]: exactly(gini(times, catalogue)),
      };
    },
    coverage: () => Array.from({ length: k }, (_, place) => coverage(place + 1)),
    get queries() {
      return queries;
    },
    get users() {
      return sums.get(`ndcg@${k}`)?.n.reduce((sum, n) => sum + (n > 0 ? 1 : 0), 0) ?? 0;
    },
  };
}

const exactly = (value: number): MetricValue => ({ mean: value, low: value, high: value });

/** Paired differences a - b of every metric that both have per user. */
export function differences(a: Tally, b: Tally, metrics: readonly string[], resamples: Resamples): Record<string, MetricValue> {
  return Object.fromEntries(
    metrics.map((metric) => [metric, bootstrapDifference(a.perUser(metric), b.perUser(metric), resamples)]),
  );
}
