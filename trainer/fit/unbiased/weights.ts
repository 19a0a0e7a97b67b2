/**
 * Weights 1 / probability, clipped at `most` times the least of them and divided by their mean (clipped and self-normalised importance weights; Swaminathan and Joachims
 * 2015). What has no probability, or none above 0 and at most 1, weighs 1, as others do in the mean.
 * @param probabilities of what is weighed: that its place was looked at, or that a policy showed it
 */
export function inverseWeights(probabilities: ArrayLike<number>, most: number): Float32Array {
  let [largest, sum, known] = [0, 0, 0];
  for (let i = 0; i < probabilities.length; i++)
    if (isKnown(probabilities[i] as number)) largest = Math.max(largest, probabilities[i] as number);
  const weightOf = (p: number) => Math.min(most, largest / p);
  for (let i = 0; i < probabilities.length; i++) {
    if (!isKnown(probabilities[i] as number)) continue;
    sum += weightOf(probabilities[i] as number);
    known++;
  }
  return Float32Array.from(probabilities, (p) => (isKnown(p) ? (weightOf(p) * known) / sum : 1));
}

const isKnown = (p: number): boolean => p > 0 && p <= 1;
