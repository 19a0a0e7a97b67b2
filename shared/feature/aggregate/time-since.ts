import type { Aggregate } from './kind.ts';

/** Seconds since the latest event. State: [its time]. Missing when there was none. */
export const timeSince: Aggregate<{ readonly kind: 'timeSince' }> = {
  update(_, state, tMs) {
    state[0] = Math.max(state[0] ?? tMs, tMs);
  },
  value: (_, [latestMs], nowMs) => (latestMs === undefined ? Number.NaN : Math.max(0, nowMs - latestMs) / 1000),
};
