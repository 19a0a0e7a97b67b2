// Losses of one list of a ranker.
import { exp } from './_exp';
import { bytes, number, padded4, RankerPlan } from './_ranker-plan';
import { exponentials } from './_softmax';

/**
 * Listwise softmax cross-entropy of the blended score (ListNet with top-one probabilities, Cao et al. 2007) plus each head's log-loss:
 *
 *   w (log sum_j e^s_j - sum_j p_j s_j) + sum_k headWeights_k sum_j rowWeight_j (log(1 + e^z_jk) - y_jk z_jk)
 *
 * with s = sum_k blend_k z_k + places, p = labels / their sum and w = the largest label; a list without a label has only the second part, an outcome that is
 * not known has no part. `row`: the list's first row in the data, `at`: in the slice, whose logits lie at `logits` [heads x padded4(mostRows)]. Writes
 * the slopes likewise. `room`: for 4 and the list's rows, rounded up to 4.
 */
export function listLoss(plan: RankerPlan, row: i32, rows: i32, at: i32, logits: usize, slopes: usize, room: usize): f64 {
  const heads = plan.heads,
    step = bytes(padded4(plan.mostRows));
  const labels = plan.labels + bytes(row),
    scores = room + 16;
  const whole = bytes(padded4(rows));
  let total: f64 = 0,
    expected: f64 = 0;
  let weight: f32 = 0;
  for (let j = 0; j < rows; j++) {
    const label = number(labels, j);
    total += label;
    weight = max(weight, label);
    let score: f32 = plan.places ? number(plan.places, row + j) : <f32>0;
    for (let k = 0; k < heads; k++) score += number(plan.blend, k) * number(logits + step * k, at + j);
    store<f32>(scores + bytes(j), score);
  }
  let loss: f64 = 0;
  if (total > 0) {
    for (let j = 0; j < rows; j++) expected += (number(labels, j) / total) * number(scores, j);
    for (let k = bytes(rows); k < whole; k += 4) store<f32>(scores + k, -Infinity);
    const sum = exponentials(scores, whole, room);
    loss = <f64>weight * (<f64>load<f32>(room) + Math.log(<f64>sum) - expected);
    for (let j = 0; j < rows; j++)
      store<f32>(scores + bytes(j), weight * (number(scores, j) / sum - <f32>(number(labels, j) / total)));
  } else memory.fill(scores, 0, whole);
  for (let k = 0; k < heads; k++) {
    const z = logits + step * k + bytes(at),
      slope = slopes + step * k + bytes(at);
    const blend = number(plan.blend, k),
      headWeight = plan.outcomes ? number(plan.headWeights, k) : <f32>0;
    for (let j = 0; j < rows; j++) {
      let d: f32 = blend * number(scores, j);
      const y = headWeight > 0 ? number(plan.outcomes, (row + j) * heads + k) : NaN;
      if (y == y) {
        const logit = number(z, j),
          w = headWeight * (plan.rowWeights ? number(plan.rowWeights, row + j) : <f32>1);
        const e = f32x4.extract_lane(exp(f32x4.splat(-abs(logit))), 0);
        loss += <f64>w * (<f64>max(logit, <f32>0) - <f64>y * logit + Math.log(1 + <f64>e));
        d += w * ((logit < 0 ? e : <f32>1) / (1 + e) - y);
      }
      store<f32>(slope + bytes(j), d);
    }
  }
  return loss;
}
