import type { Aggregate } from './kind.ts';

type Spec = { readonly kind: 'decayedCount'; readonly halfLifeSeconds: number };

const decay = (spec: Spec, elapsedMs: number) => 2 ** (-Math.max(0, elapsedMs) / (spec.halfLifeSeconds * 1000));

/** sum of 2^(-(t - ti) / halfLife). State: [sum as of the latest event, time of that event]. Never missing. */
export const decayedCount: Aggregate<Spec> = {
  update(spec, state, tMs) {
    const [sum = 0, latestMs = tMs] = state;
    const atMs = Math.max(latestMs, tMs);
    state[0] = sum * decay(spec, atMs - latestMs) + decay(spec, atMs - tMs);
    state[1] = atMs;
  },
  value: (spec, [sum = 0, latestMs = 0], nowMs) => sum * decay(spec, nowMs - latestMs),
};
