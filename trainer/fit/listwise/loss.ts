/**
 * Listwise softmax cross-entropy (ListNet with top-one probabilities, Cao et al. 2007) of one list:
 * loss = w * (log sum_j exp(s_j) - sum_j p_j s_j), p = labels / sum of labels, w = the largest label.
 * Writes d loss / d s_j into `gradient` and returns the loss. `scores` and `gradient` hold the list's rows from `start`.
 */
export function listwiseLoss(
  list: { readonly labels: Float32Array; readonly row: number; readonly rows: number },
  scores: Float64Array,
  start: number,
  gradient: Float64Array,
): number {
  const { labels, row, rows } = list;
  let most = -Infinity;
  let total = 0;
  let weight = 0;
  for (let j = 0; j < rows; j++) {
    most = Math.max(most, scores[start + j] as number);
    const label = labels[row + j] as number;
    total += label;
    weight = Math.max(weight, label);
  }
  let sum = 0;
  for (let j = 0; j < rows; j++) sum += Math.exp((scores[start + j] as number) - most);
  let expected = 0;
  for (let j = 0; j < rows; j++) {
    const target = (labels[row + j] as number) / total;
    const score = scores[start + j] as number;
    expected += target * score;
    gradient[start + j] = weight * (Math.exp(score - most) / sum - target);
  }
  return weight * (Math.log(sum) + most - expected);
}
