import { entryWidth } from './order.ts';
import { type AggregateSpec, exactBound, windowBuckets } from './spec.ts';

/**
 * The most numbers and texts that the state of one feature of one entity holds, whatever the number of events; beside them the time of the newest event. A text is
 * an event's id or a value that is counted.
 */
export function maxCells(spec: AggregateSpec): number {
  switch (spec.kind) {
    case 'timeSince':
      return 0;
    case 'decayedCount':
      return 1;
    case 'velocity':
      return exactBound;
    case 'distinct':
      return 2 * exactBound;
    case 'last':
      return spec.nth * entryWidth;
    default: {
      const last = 'last' in spec ? spec.last : undefined;
      return (last ?? (spec.windowSeconds === undefined ? 1 : windowBuckets)) * entryWidth;
    }
  }
}
