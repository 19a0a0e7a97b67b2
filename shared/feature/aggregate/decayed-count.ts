import type { Aggregate } from './kind.ts';
import type { AggregateSpec } from './spec.ts';

type Spec = Extract<AggregateSpec, { kind: 'decayedCount' }>;

const decay = (spec: Spec, elapsedMs: number) => 2 ** (-Math.max(0, elapsedMs) / (spec.halfLifeSeconds * 1000));

/** Sum of 2^(-(t - ti) / halfLife). State: [sum as of the newest event]. Never missing. */
export const decayedCount: Aggregate<Spec> = {
  update({ aggregate }, { cells, newestMs }, { tMs }) {
    const from = newestMs ?? tMs;
    const atMs = Math.max(from, tMs);
    cells[0] = ((cells[0] as number | undefined) ?? 0) * decay(aggregate, atMs - from) + decay(aggregate, atMs - tMs);
  },
  value: ({ aggregate }, { cells: [sum], newestMs }, nowMs) => (sum as number) * decay(aggregate, nowMs - (newestMs as number)),
};
