/**
 * Weights 1 / probability, clipped at `most` and divided by their mean (clipped and self-normalised importance weights; Swaminathan and Joachims 2015), so that none is
 * above `most` times the least and they sum to their number. What has no probability, or none above 0 and at most 1, weighs 1 before.
 * @param probabilities of what is weighed: that its place was looked at, or that a policy showed it
 */
export function inverseWeights(probabilities: ArrayLike<number>, most: number): Float32Array {
  const weights = Float32Array.from(probabilities, (p) => (p > 0 && p <= 1 ? Math.min(most, 1 / p) : 1));
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / Math.max(1, weights.length);
  return mean > 0 ? weights.map((weight) => weight / mean) : weights;
}
