import type { Aggregate } from './kind.ts';
import { counted } from './operand.ts';
import { entryWidth, keepNewest } from './order.ts';
import type { AggregateSpec } from './spec.ts';
import { isInside } from './window.ts';

type Spec = Extract<AggregateSpec, { kind: 'last' }>;

/** Operand of the nth newest event. State: entries [tMs, id, operand, whether it has one] of the n newest, so that the nth is the first. */
export const last: Aggregate<Spec> = {
  update({ aggregate }, { cells }, event) {
    keepNewest(cells, event, counted(event, aggregate.of), aggregate.nth);
  },
  value({ aggregate: { nth, windowSeconds } }, { cells: [tMs, , operand, has], cells }, nowMs) {
    const isThere = cells.length === nth * entryWidth && has === 1 && isInside(tMs as number, nowMs, windowSeconds);
    return isThere ? (operand as number) : Number.NaN;
  },
};
