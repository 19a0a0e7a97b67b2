import type { Aggregate } from './kind.ts';
import { type AggregateSpec, exactBound } from './spec.ts';

type Spec = Extract<AggregateSpec, { kind: 'velocity' }>;

/** min(exactBound, number of events in the last windowSeconds), exact to the millisecond. State: the newest exactBound times, ascending. */
export const velocity: Aggregate<Spec> = {
  update(_, { cells }, { tMs }) {
    let at = cells.length;
    while (at > 0 && (cells[at - 1] as number) > tMs) at--;
    cells.splice(at, 0, tMs);
    if (cells.length > exactBound) cells.shift();
  },
  value({ aggregate }, { cells }, nowMs) {
    const fromMs = nowMs - aggregate.windowSeconds * 1000;
    return cells.length - cells.filter((tMs) => (tMs as number) < fromMs).length;
  },
};
