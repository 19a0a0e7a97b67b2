import type { Aggregate } from './kind.ts';
import { textsOf } from './operand.ts';
import { type AggregateSpec, exactBound } from './spec.ts';
import { isInside } from './window.ts';

type Spec = Extract<AggregateSpec, { kind: 'distinct' }>;

/**
 * min(exactBound, number of different values). State: [value, time of its newest event] of the exactBound values seen last. That is enough: a value
 * that had to go has exactBound newer ones, which are inside every window that it is inside of.
 */
export const distinct: Aggregate<Spec> = {
  update({ aggregate }, { cells }, event) {
    for (const text of textsOf(event, aggregate.of)) {
      // Times are numbers, so a text is found among texts only.
      const at = cells.indexOf(text);
      if (at >= 0) cells[at + 1] = Math.max(cells[at + 1] as number, event.tMs);
      else cells.push(text, event.tMs);
      if (cells.length <= 2 * exactBound) continue;
      let oldest = 0;
      for (let i = 2; i < cells.length; i += 2) if ((cells[i + 1] as number) < (cells[oldest + 1] as number)) oldest = i;
      cells.splice(oldest, 2);
    }
  },
  value({ aggregate }, { cells }, nowMs) {
    let n = 0;
    for (let i = 0; i < cells.length; i += 2) if (isInside(cells[i + 1] as number, nowMs, aggregate.windowSeconds)) n++;
    return n;
  },
};
