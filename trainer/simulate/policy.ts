import type { Random } from './random.ts';

/** Share of positions filled by a uniform draw. */
export const exploration = 0.3;

export interface Placed {
  readonly item: number;
  /** Probability of this item at this position, given the items above it. */
  readonly propensity: number;
}

/**
 * The logging policy: each position is filled, without repetition, by a uniform draw with probability `exploration` and else by a draw
 * proportional to popularity. Over all items not above, the probabilities of a position sum to 1.
 */
export interface LoggingPolicy {
  slate(random: Random, size: number): Placed[];
  /** P(item at the next position | these items above it). */
  propensity(item: number, above: readonly number[]): number;
}

/** @param weights popularity of each item that may be shown, > 0; items 0 to weights.length - 1. */
export function createPolicy(weights: Float64Array): LoggingPolicy {
  const n = weights.length;
  const cumulative = new Float64Array(n);
  let total = 0;
  for (let i = 0; i < n; i++) {
    total += weights[i] as number;
    cumulative[i] = total;
  }
  const propensity = (item: number, above: readonly number[]) => {
    let left = total;
    for (const other of above) left -= weights[other] as number;
    return exploration / (n - above.length) + ((1 - exploration) * (weights[item] as number)) / left;
  };
  return {
    propensity,
    slate(random, size) {
      const above: number[] = [];
      const placed: Placed[] = [];
      while (placed.length < Math.min(size, n)) {
        const uniform = random.chance(exploration);
        const draw = () => (uniform ? random.below(n) : search(cumulative, random.next() * total));
        // Drawing again until the item is new is a draw among the new ones.
        let item = draw();
        while (above.includes(item)) item = draw();
        placed.push({ item, propensity: propensity(item, above) });
        above.push(item);
      }
      return placed;
    },
  };
}

/** First index whose cumulative weight exceeds `target`. */
function search(cumulative: Float64Array, target: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] as number) > target) high = middle;
    else low = middle + 1;
  }
  return low;
}
