/** Gain of a grade: 2^grade - 1 (Burges et al. 2005). */
export const gainOf = (grade: number): number => 2 ** grade - 1;

const discountOf = (place: number): number => 1 / Math.log2(place + 2);

/** Greatest discounted cumulative gain at k that an order of these gains has. */
export function idealGain(gains: Float64Array, k: number): number {
  const sorted = gains.toSorted((a, b) => b - a);
  let sum = 0;
  for (let place = 0; place < Math.min(k, sorted.length); place++) sum += (sorted[place] as number) * discountOf(place);
  return sum;
}

/** Normalised discounted cumulative gain at k of graded documents: `gainNdcg` of their grades' gains. */
export const gradedNdcg = (scores: ArrayLike<number>, grades: Float32Array, k: number): number =>
  gainNdcg(scores, Float64Array.from(grades, gainOf), k);

/**
 * Normalised discounted cumulative gain at k of documents of these gains in descending order of scores; equal scores keep the order of the file, as in
 * LightGBM's metric. NaN for a list without a relevant document.
 */
export function gainNdcg(scores: ArrayLike<number>, gains: Float64Array, k: number): number {
  const ideal = idealGain(gains, k);
  return ideal > 0 ? gainAt(scores, gains, k) / ideal : Number.NaN;
}

/** Discounted cumulative gain at k, by the same order. */
export function gainAt(scores: ArrayLike<number>, gains: Float64Array, k: number): number {
  const top: number[] = [];
  for (let i = 0; i < gains.length; i++) {
    const score = scores[i] as number;
    if (top.length === k && !(score > (scores[top[k - 1] as number] as number))) continue;
    let place = Math.min(top.length, k - 1);
    for (; place > 0 && score > (scores[top[place - 1] as number] as number); place--) top[place] = top[place - 1] as number;
    top[place] = i;
  }
  return top.reduce((sum, document, place) => sum + (gains[document] as number) * discountOf(place), 0);
}
