import type { Aggregate } from './kind.ts';

type Spec = { readonly kind: 'mean'; readonly prior?: number; readonly strength?: number };

/** (sum of values + prior * strength) / (n + strength). State: [sum, n]. Events without a value do not count; missing while n = 0. */
export const mean: Aggregate<Spec> = {
  update(_, state, _tMs, value) {
    if (!Number.isFinite(value)) return;
    state[0] = (state[0] ?? 0) + value;
    state[1] = (state[1] ?? 0) + 1;
  },
  value: ({ prior = 0, strength = 0 }, [sum = 0, n = 0]) => (n > 0 ? (sum + prior * strength) / (n + strength) : Number.NaN),
};
