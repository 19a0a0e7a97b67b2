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

/**
 * The best so far of one column and node: a fraction `best` / `under`. Fractions are compared across, for a division would cost more than all the rest. Without bounds it is what
 * splitting adds, times the sum of both divisors: a^2 / x + b^2 / y = (a + b)^2 / (x + y) + (a y - b x)^2 / (x y (x + y)).
 */
let best: f64 = -1,
  under: f64 = 1,
  bestLeft: i64 = 0,
  bestBin = -1,
  bestMissing = 0;

function keep(gain: f64, divisor: f64, left: i64, bin: i32, missing: i32): void {
  best = gain;
  under = divisor;
  bestLeft = left;
  bestBin = bin;
  bestMissing = missing;
}

export function bestSplit(histogram: usize, bins: i32, sign: i32, node: usize, out: usize): void {
  const total = load<i64>(node),
    least = load<f64>(node, 8),
    ridge = load<f64>(node, 16),
    isBounded = load<i32>(node, 40);
  const missing = load<i64>(histogram),
    allHessian = <f64>(<u32>total);
  keep(-1, 1, 0, -1, 0);
  const directions = missing == 0 ? 1 : 2;
  for (let direction = 0; direction < directions; direction++) {
    let left: i64 = direction ? missing : 0;
    // With missing values on the right, all others may stand on the left.
    const last = direction == 0 && missing != 0 ? bins : bins - 1;
    let bin = 0;
    // To where the left child has enough. An empty bin splits as the one before it, and gains no more.
    for (; bin < last; bin++) {
      const next = left + load<i64>(histogram + ((<usize>bin) << 3), 8);
      if (<f64>(<u32>next) >= least) break;
      left = next;
    }
    const side = missing == 0 ? -1 : direction;
    if (isBounded) bounded(histogram, bin, last, left, total, sign, node, side);
    else free(histogram, bin, last, left, total, node, side);
  }
  if (bestBin >= 0 && !isBounded) {
    const hessian = <f64>(<u32>bestLeft),
      gradient = <f64>(<i32>(bestLeft >> 32)),
      other = <f64>(<i32>(total >> 32)) - gradient;
    best = (gradient * gradient) / (hessian + ridge) + (other * other) / (allHessian - hessian + ridge);
  }
  store<f64>(out, best);
  store<i64>(out, bestLeft, 8);
  store<i32>(out, max(bestBin, 0), 16);
  store<i32>(out, bestMissing, 20);
}

/** Where missing values go: where this pass has put them (0: right, 1: left), or where there are none (-1) to the child with more. */
function sideOf(side: i32, hessian: f64, other: f64): i32 {
  return side < 0 ? i32(hessian > other) : side;
}

/** Splits after bins `bin` to `last`. */
function free(histogram: usize, bin: i32, last: i32, left: i64, total: i64, node: usize, side: i32): void {
  const ridge = load<f64>(node, 16),
    allGradient = <f64>(<i32>(total >> 32)),
    allHessian = <f64>(<u32>total),
    most = allHessian - load<f64>(node, 8),
    divisors = allHessian + ridge + ridge;
  let ownBest = best,
    ownUnder = under;
  for (; bin < last; bin++) {
    left += load<i64>(histogram + ((<usize>bin) << 3), 8);
    const hessian = <f64>(<u32>left);
    if (hessian > most) break;
    const below = hessian + ridge,
      difference = <f64>(<i32>(left >> 32)) * divisors - allGradient * below,
      gain = difference * difference,
      divisor = below * (divisors - below);
    if (gain * ownUnder > ownBest * divisor) {
      ownBest = gain;
      ownUnder = divisor;
      keep(gain, divisor, left, bin, sideOf(side, hessian, allHessian - hessian));
    }
  }
}

/** The same with values held between bounds, and in the order of the sign. */
function bounded(histogram: usize, bin: i32, last: i32, left: i64, total: i64, sign: i32, node: usize, side: i32): void {
  const least = load<f64>(node, 8),
    ridge = load<f64>(node, 16),
    lower = load<f64>(node, 24),
    upper = load<f64>(node, 32);
  const allGradient = <f64>(<i32>(total >> 32)),
    allHessian = <f64>(<u32>total);
  for (; bin < last; bin++) {
    left += load<i64>(histogram + ((<usize>bin) << 3), 8);
    const hessian = <f64>(<u32>left),
      otherHessian = allHessian - hessian;
    if (otherHessian < least) break;
    const gradient = <f64>(<i32>(left >> 32)),
      otherGradient = allGradient - gradient,
      below = hessian + ridge,
      above = otherHessian + ridge;
    const value = clamp(-gradient / below, lower, upper),
      otherValue = clamp(-otherGradient / above, lower, upper);
    if (<f64>sign * (otherValue - value) < 0) continue;
    const gain = gainAt(gradient, below, value) + gainAt(otherGradient, above, otherValue);
    if (gain > best) keep(gain, 1, left, bin, sideOf(side, hessian, otherHessian));
  }
}
