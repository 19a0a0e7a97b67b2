/**
 * Metrics of one query from the places of its relevant items. `places` are 0-based positions in the slate, ascending; relevant items that are
 * not in the slate have none. `relevant` counts all relevant items, shown or not. Relevance is binary.
 */
export interface Placement {
  readonly places: readonly number[];
  readonly relevant: number;
}

const discount = (place: number) => 1 / Math.log2(place + 2);

/** Normalised discounted cumulative gain at k (Järvelin and Kekäläinen 2002), in [0, 1]. */
export function ndcgAt({ places, relevant }: Placement, k: number): number {
  let gain = 0;
  for (const place of places) if (place < k) gain += discount(place);
  let ideal = 0;
  for (let place = 0; place < Math.min(relevant, k); place++) ideal += discount(place);
  return gain / ideal;
}

/** Share of the relevant items among the first k. */
export function recallAt({ places, relevant }: Placement, k: number): number {
  return places.filter((place) => place < k).length / relevant;
}

/** Share of the first k places that hold a relevant item; a list shorter than k has empty places. */
export function precisionAt({ places }: Placement, k: number): number {
  return places.filter((place) => place < k).length / k;
}

/** 1 when a relevant item is among the first k, else 0. */
export function hitAt({ places }: Placement, k: number): number {
  return places.some((place) => place < k) ? 1 : 0;
}

/** 1 / (1 + place of the first relevant item), 0 when none is among the first k. */
export function reciprocalRankAt({ places }: Placement, k: number): number {
  const first = places[0];
  return first !== undefined && first < k ? 1 / (first + 1) : 0;
}

/** Mean of the precisions at the relevant items among the first k, over min(relevant, k): 1 for the ideal order. @param over another divisor. */
export function averagePrecisionAt(placement: Placement, k: number, over = Math.min(placement.relevant, k)): number {
  let sum = 0;
  for (const [hits, place] of placement.places.entries()) if (place < k) sum += (hits + 1) / (place + 1);
  return sum / over;
}

/**
 * Probability that a relevant candidate scores higher than one that is not; a tie counts as lower. NaN when either kind is absent.
 * `relevant(i)` tells of candidate i; NaN scores are lowest. Sorts once: O(n log n).
 */
export function areaUnderCurve(scores: ArrayLike<number>, relevant: (index: number) => boolean): number {
  const value = (i: number) => (Number.isNaN(scores[i]) ? Number.NEGATIVE_INFINITY : (scores[i] as number));
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => value(a) - value(b));
  let won = 0;
  let positives = 0;
  let below = 0;
  for (let at = 0; at < order.length; ) {
    const tie = value(order[at] as number);
    let others = 0;
    for (; at < order.length && value(order[at] as number) === tie; at++) {
      if (relevant(order[at] as number)) {
        positives++;
        won += below;
      } else others++;
    }
    below += others;
  }
  return positives === 0 || below === 0 ? Number.NaN : won / (positives * below);
}
