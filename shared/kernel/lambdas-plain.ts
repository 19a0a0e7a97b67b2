/** What LambdaMART's gradients of a list follow from. */
export interface PlainList {
  readonly scores: ArrayLike<number>;
  /** Of its documents, from 0. */
  readonly gains: ArrayLike<number>;
  /** One by the greatest discounted gain at the truncation; 0 for a list without a relevant document. */
  readonly scale: number;
}

export interface LambdaSettings {
  /** Steepness of the logistic. */
  readonly sigma: number;
  /** Pairs need one document in so many places. */
  readonly truncation: number;
  readonly normalise: boolean;
}

/**
 * LambdaMART's gradients and hessians of one list (Burges 2010, "From RankNet to LambdaRank to LambdaMART") as LightGBM has them, in plain TypeScript: the
 * reference of assembly/_lambdas.ts. Pairs of different gains of which one document is among the first `truncation` places weigh the change of
 * NDCG that swapping them makes; with `normalise` by their difference of scores too, and the list's gradients by log2(1 + sum) / sum. Places are by
 * descending score, of equal ones the first comes first.
 */
export function plainLambdas(
  { scores, gains, scale }: PlainList,
  { sigma, truncation, normalise }: LambdaSettings,
): { readonly gradients: Float64Array; readonly hessians: Float64Array } {
  const n = gains.length;
  const [gradients, hessians] = [new Float64Array(n), new Float64Array(n)];
  if (!(scale > 0) || n < 2) return { gradients, hessians };
  const scoreOf = (i: number) => scores[i] as number;
  const places = Array.from({ length: n }, (_, i) => i).sort((a, b) => scoreOf(b) - scoreOf(a) || a - b);
  const spread = scoreOf(places[0] as number) !== scoreOf(places[n - 1] as number);
  const discount = (place: number) => 1 / Math.log2(place + 2);
  const add = (values: Float64Array, i: number, value: number) => {
    values[i] = (values[i] as number) + value;
  };
  let total = 0;
  for (const [a, first] of places.slice(0, truncation).entries()) {
    for (let b = a + 1; b < n; b++) {
      const second = places[b] as number;
      const gap = (gains[first] as number) - (gains[second] as number);
      if (gap === 0) continue;
      const [better, worse] = gap > 0 ? [first, second] : [second, first];
      const difference = scoreOf(better) - scoreOf(worse);
      let weight = Math.abs(gap) * (discount(a) - discount(b)) * scale;
      if (normalise && spread) weight /= 0.01 + Math.abs(difference);
      const wrong = 1 / (1 + Math.exp(sigma * difference));
      const slope = sigma * weight * wrong;
      add(gradients, better, -slope);
      add(gradients, worse, slope);
      for (const i of [better, worse]) add(hessians, i, sigma * slope * (1 - wrong));
      total += 2 * slope;
    }
  }
  const factor = normalise && total > 0 ? Math.log2(1 + total) / total : 1;
  return { gradients: gradients.map((value) => factor * value), hessians: hessians.map((value) => factor * value) };
}
