import type { Aggregate } from './kind.ts';
import type { AggregateSpec } from './spec.ts';

type Spec = Extract<AggregateSpec, { kind: 'timeSince' }>;

/** Seconds since the newest event. Missing when there was none. */
export const timeSince: Aggregate<Spec> = {
  update() {},
  value: (_, { newestMs }, nowMs) => (newestMs === null ? Number.NaN : Math.max(0, nowMs - newestMs) / 1000),
};
