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

/** 1 / (1 + place of the first relevant item), 0 when none is among the first k. */
export function reciprocalRankAt({ places }: Placement, k: number): number {
  const first = places[0];
  return first !== undefined && first < k ? 1 / (first + 1) : 0;
}

/** Mean of the precisions at the relevant items among the first k, over min(relevant, k). */
export function averagePrecisionAt({ places, relevant }: Placement, k: number): number {
  let sum = 0;
  for (const [hits, place] of places.entries()) if (place < k) sum += (hits + 1) / (place + 1);
  return sum / Math.min(relevant, k);
}

/**
 * Probability that a relevant candidate scores higher than one that is not; a tie counts as lower. NaN when either kind is absent.
 * `relevant(i)` tells of candidate i; NaN scores are lowest.
 */
export function areaUnderCurve(scores: ArrayLike<number>, relevant: (index: number) => boolean): number {
  let pairs = 0;
  let won = 0;
  for (let i = 0; i < scores.length; i++) {
    if (!relevant(i)) continue;
    for (let j = 0; j < scores.length; j++) {
      if (relevant(j)) continue;
      pairs++;
      if ((scores[i] as number) > (scores[j] as number) || (!Number.isNaN(scores[i]) && Number.isNaN(scores[j]))) won++;
    }
  }
  return pairs === 0 ? Number.NaN : won / pairs;
}
