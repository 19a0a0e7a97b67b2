import type { Aggregate } from './kind.ts';
import { counted } from './operand.ts';
import { eachNewest, keepNewest } from './order.ts';
import type { AggregateSpec } from './spec.ts';
import { isInside } from './window.ts';

type Spec = Extract<AggregateSpec, { kind: 'last' }>;

/** Operand of the nth newest event. State: [tMs, id, operand, whether it has one] of the n newest. */
export const last: Aggregate<Spec> = {
  update({ aggregate }, state, event) {
    keepNewest(state, event, counted(event, aggregate.of) ?? [0, 0], aggregate.nth);
  },
  value({ aggregate }, state, nowMs) {
    let n = 0;
    let found = Number.NaN;
    eachNewest(state, (tMs, operand, has) => {
      if (++n === aggregate.nth && has > 0 && isInside(tMs, nowMs, aggregate.windowSeconds)) found = operand;
    });
    return found;
  },
};
