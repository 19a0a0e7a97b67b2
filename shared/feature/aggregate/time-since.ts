import type { Aggregate } from './kind.ts';
import type { AggregateSpec } from './spec.ts';

type Spec = Extract<AggregateSpec, { kind: 'timeSince' }>;

/** Seconds since the newest event. Missing when there was none. */
export const timeSince: Aggregate<Spec> = {
  update() {},
  value: (_, { newestMs }, nowMs) => Math.max(0, nowMs - (newestMs as number)) / 1000,
};
