import { exp } from './_exp';
import { largest, total } from './_lanes';
import { multiply } from './_matrix';

/** Turns `length` bytes (a multiple of 16) of logits into e^(logit - largest). @returns their sum; `peak` is left at `peakAt`. */
export function exponentials(row: usize, length: usize, peakAt: usize): f32 {
  const pairs = length & ~31;
  let most = f32x4.splat(-Infinity),
    more = most;
  // pmax is one instruction; what it makes of NaN does not matter, because the sum is NaN then.
  for (let k: usize = 0; k < pairs; k += 32) {
    most = f32x4.pmax(most, v128.load(row + k));
    more = f32x4.pmax(more, v128.load(row + k, 16));
  }
  if (pairs < length) more = f32x4.pmax(more, v128.load(row + pairs));
  const peak = largest(f32x4.pmax(most, more));
  store<f32>(peakAt, peak);
  const p = f32x4.splat(peak);
  let sum = f32x4.splat(0);
  for (let k: usize = 0; k < length; k += 16) {
    const e = exp(f32x4.sub(v128.load(row + k), p));
    v128.store(row + k, e);
    sum = f32x4.add(sum, e);
  }
  return total(sum);
}

/**
 * Softmax cross-entropy of rows first to end over shared candidates. For row r with logits z = x_r C^T + offsets and target t:
 *
 *   losses[r] = weight_r (log sum e^z - z_t),   slopes[r] = weight_r (softmax(z) - onehot(t)),   dx_r = slopes[r] C
 *
 * `turned` is C transposed [width x candidates], `candidates` C itself; `count` is a multiple of 8, with offsets of -1e30 where nothing is meant.
 */
export function softmaxLoss(
  first: i32,
  end: i32,
  scratch: usize,
  x: usize,
  step: usize,
  candidates: usize,
  turned: usize,
  turnedStep: usize,
  count: i32,
  offsets: usize,
  targets: usize,
  weights: usize,
  slopes: usize,
  slopeStep: usize,
  losses: usize,
  dx: usize,
): void {
  const rows = end - first,
    width = <i32>(step >> 2);
  const own = slopes + slopeStep * first;
  const length: usize = (<usize>count) << 2;
  multiply<i32>(x + step * first, step, rows, width, turned, turnedStep, count, offsets, 0, own, slopeStep, scratch);
  for (let r = 0; r < rows; r++) {
    const row = own + slopeStep * r;
    const target = row + ((<usize>load<i32>(targets + ((<usize>(first + r)) << 2))) << 2);
    const weight = load<f32>(weights + ((<usize>(first + r)) << 2));
    const logit = load<f32>(target);
    const sum = exponentials(row, length, scratch);
    const loss: f32 = load<f32>(scratch) + <f32>Math.log(<f64>sum) - logit;
    store<f32>(losses + ((<usize>(first + r)) << 2), weight * loss);
    const scale = f32x4.splat(weight / sum);
    for (let k: usize = 0; k < length; k += 16) v128.store(row + k, f32x4.mul(v128.load(row + k), scale));
    store<f32>(target, load<f32>(target) - weight);
  }
  multiply<i32>(own, slopeStep, rows, count, candidates, step, width, 0, 0, dx + step * first, step, scratch);
}
