// The best split of one column by its histogram: what it computes is said in ../trees-plain.ts.

/** Of a node: i64 total @0; f64 least hessian of a child @8, ridge @16, bounds of the value @24, @32; i32 whether there are bounds @40. */
export const nodeBytes: usize = 48;
/** Of a column and node: f64 gain @0, i64 left pair @8, i32 bin @16, i32 missing left @20. */
export const splitBytes: usize = 24;

function gainAt(gradient: f64, hessian: f64, value: f64): f64 {
  return -(2 * gradient + hessian * value) * value;
}

function clamp(value: f64, lower: f64, upper: f64): f64 {
  return max(lower, min(upper, value));
}

export function bestSplit(histogram: usize, bins: i32, sign: i32, node: usize, out: usize): void {
  const total = load<i64>(node),
    least = load<f64>(node, 8),
    ridge = load<f64>(node, 16),
    lower = load<f64>(node, 24),
    upper = load<f64>(node, 32),
    bounded = load<i32>(node, 40);
  const allGradient = <f64>(<i32>(total >> 32)),
    allHessian = <f64>(<u32>total);
  const missing = load<i64>(histogram);
  // A gain is kept as a fraction, and fractions are compared across: a division would cost more than all the rest.
  let best: f64 = -1,
    under: f64 = 1,
    bestLeft: i64 = 0,
    bestBin = 0,
    bestMissing = 0;
  const directions = missing == 0 ? 1 : 2;
  for (let direction = 0; direction < directions; direction++) {
    let left: i64 = direction ? missing : 0;
    // With missing values on the right, all others may stand on the left.
    const last = direction == 0 && missing != 0 ? bins : bins - 1;
    let bin = 0;
    // To where the left child has enough: an empty bin splits as the one before it, and gains no more.
    for (; bin < last; bin++) {
      left += load<i64>(histogram + ((<usize>bin) << 3), 8);
      if (<f64>(<u32>left) >= least) break;
    }
    for (; bin < last; bin++, left += load<i64>(histogram + ((<usize>bin) << 3), 8)) {
      const hessian = <f64>(<u32>left),
        otherHessian = allHessian - hessian;
      if (otherHessian < least) break;
      const gradient = <f64>(<i32>(left >> 32)),
        otherGradient = allGradient - gradient,
        below = hessian + ridge,
        above = otherHessian + ridge;
      let gain: f64, divisor: f64;
      if (bounded) {
        const value = clamp(-gradient / below, lower, upper),
          otherValue = clamp(-otherGradient / above, lower, upper);
        if (<f64>sign * (otherValue - value) < 0) continue;
        gain = gainAt(gradient, below, value) + gainAt(otherGradient, above, otherValue);
        divisor = 1;
      } else {
        gain = gradient * gradient * above + otherGradient * otherGradient * below;
        divisor = below * above;
      }
      if (gain * under > best * divisor) {
        best = gain;
        under = divisor;
        bestLeft = left;
        bestBin = bin;
        bestMissing = missing == 0 ? i32(hessian > otherHessian) : direction;
      }
    }
  }
  store<f64>(out, best / under);
  store<i64>(out, bestLeft, 8);
  store<i32>(out, bestBin, 16);
  store<i32>(out, bestMissing, 20);
}
