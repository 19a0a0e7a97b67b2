/**
 * Histograms and splits of gradient boosting in plain TypeScript: the reference of assembly/trees.ts (Chen and Guestrin 2016, "XGBoost"; Ke et al. 2017,
 * "LightGBM"). Gradients and hessians are whole numbers, so that every sum is exact.
 */
export interface PlainHistogram {
  /** 256 sums; the first is of the missing values. */
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

const missingBin = 0;

/** 1 + how many of the ascending thresholds lie below the value; NaN has the bin of missing values, 0. */
export function plainBin(value: number, thresholds: ArrayLike<number>): number {
  if (Number.isNaN(value)) return missingBin;
  let below = 0;
  while (below < thresholds.length && (thresholds[below] as number) < value) below++;
  return 1 + below;
}

/** Of one column: sums of the rows' gradients and hessians by bin. */
export function plainHistogram(
  rows: ArrayLike<number>,
  binOf: (row: number) => number,
  gradient: ArrayLike<number>,
  hessian: ArrayLike<number>,
): PlainHistogram {
  const sums = { gradient: new Float64Array(256), hessian: new Float64Array(256) };
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const bin = binOf(row);
    sums.gradient[bin] = (sums.gradient[bin] as number) + (gradient[row] as number);
    sums.hessian[bin] = (sums.hessian[bin] as number) + (hessian[row] as number);
  }
  return sums;
}

export interface SplitLimits {
  /** A child has at least so much, above 0. */
  readonly leastHessian: number;
  /** Added to every hessian (L2). */
  readonly ridge: number;
  /** What a child's value, -gradient / (hessian + ridge), is held between; absent: nothing. */
  readonly bounds?: { readonly lower: number; readonly upper: number };
  /** 1: the right child's value is not below the left one's; -1: not above; 0: whatever. Needs bounds. */
  readonly sign: -1 | 0 | 1;
}

export interface PlainSplit {
  /** Sum over both children of gradient^2 / (hessian + ridge), or what bounds leave of it; below 0: there is no split. */
  readonly gain: number;
  /** Values up to this threshold go left: bins 1 to `bin` + 1. */
  readonly bin: number;
  /** Where missing values go; to the child with the greater hessian where the node has none. */
  readonly missingLeft: boolean;
  readonly leftGradient: number;
  readonly leftHessian: number;
}

/** The split of a node with the greatest gain; of equal ones the first, missing values on the right before missing values on the left. */
export function plainBestSplit(histogram: PlainHistogram, bins: number, limits: SplitLimits): PlainSplit {
  const { bounds, leastHessian, ridge, sign } = limits;
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  const total = { gradient: sum(histogram.gradient), hessian: sum(histogram.hessian) };
  const missing = {
    gradient: histogram.gradient[missingBin] as number,
    hessian: histogram.hessian[missingBin] as number,
  };
  const someMissing = missing.gradient !== 0 || missing.hessian !== 0;
  const leafValue = (gradient: number, hessian: number): number => {
    const value = -gradient / (hessian + ridge);
    return bounds ? Math.max(bounds.lower, Math.min(bounds.upper, value)) : value;
  };
  const boundedGain = (gradient: number, hessian: number): number => {
    const value = leafValue(gradient, hessian);
    return -(2 * gradient + (hessian + ridge) * value) * value;
  };
  /**
   * A fraction, because fractions are compared across without a division's rounding: what the split adds, times the sum of both divisors, by
   * a^2 / x + b^2 / y = (a + b)^2 / (x + y) + (a y - b x)^2 / (x y (x + y)).
   */
  const gainOf = (gradient: number, hessian: number): [number, number] => {
    if (bounds) return [boundedGain(gradient, hessian) + boundedGain(total.gradient - gradient, total.hessian - hessian), 1];
    const [divisors, below] = [total.hessian + ridge + ridge, hessian + ridge];
    return [(gradient * divisors - total.gradient * below) ** 2, below * (divisors - below)];
  };
  const plainGain = (gradient: number, hessian: number) => gradient ** 2 / (hessian + ridge);
  let [most, under] = [-1, 1];
  let best: PlainSplit = { gain: -1, bin: 0, missingLeft: false, leftGradient: 0, leftHessian: 0 };
  for (const missingLeft of someMissing ? [false, true] : [false]) {
    let gradient = missingLeft ? missing.gradient : 0;
    let hessian = missingLeft ? missing.hessian : 0;
    for (let bin = 0; bin < (someMissing && !missingLeft ? bins : bins - 1); bin++) {
      gradient += histogram.gradient[bin + 1] as number;
      hessian += histogram.hessian[bin + 1] as number;
      const [otherGradient, otherHessian] = [total.gradient - gradient, total.hessian - hessian];
      if (hessian < leastHessian || otherHessian < leastHessian) continue;
      if (bounds && sign * (leafValue(otherGradient, otherHessian) - leafValue(gradient, hessian)) < 0) continue;
      const [fraction, divisor] = gainOf(gradient, hessian);
      if (fraction * under > most * divisor) {
        [most, under] = [fraction, divisor];
        const direction = someMissing ? missingLeft : hessian > otherHessian;
        const gain = bounds ? fraction : plainGain(gradient, hessian) + plainGain(otherGradient, otherHessian);
        best = { gain, bin, missingLeft: direction, leftGradient: gradient, leftHessian: hessian };
      }
    }
  }
  return best;
}
