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
  const order = orderOf(scores, new Int32Array(gains.length));
  let gain = 0;
  for (let place = 0; place < Math.min(k, order.length); place++)
    gain += (gains[order[place] as number] as number) * discountOf(place);
  const ideal = idealGain(gains, k);
  return ideal > 0 ? gain / ideal : Number.NaN;
}

/** Fills `order` with the places' documents: descending scores, equal ones in their order. */
export function orderOf(scores: ArrayLike<number>, order: Int32Array): Int32Array {
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
}
