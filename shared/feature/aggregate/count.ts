import type { Aggregate } from './kind.ts';

/** Number of events. State: [n]. Never missing: no event is a count of 0. */
export const count: Aggregate<{ readonly kind: 'count' }> = {
  update(_, state) {
    state[0] = (state[0] ?? 0) + 1;
  },
  value: (_, [n = 0]) => n,
};
