/** Predictions of one bin. */
export interface ReliabilityBin {
  readonly n: number;
  /** Mean predicted probability. */
  readonly predicted: number;
  /** Share that came true. */
  readonly observed: number;
}

export interface Binning {
  readonly bins: number;
  /** `mass`: equally many predictions in each; `width`: equal parts of [0, 1]. Equal predictions stay together. */
  readonly by: 'mass' | 'width';
}

/** The bin of each prediction, ascending with the probability. */
export function binsOf(probability: ArrayLike<number>, { bins, by }: Binning): Uint16Array {
  const n = probability.length;
  const binOf = new Uint16Array(n);
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => (probability[a] as number) - (probability[b] as number),
  );
  let bin = 0;
  for (const [rank, i] of order.entries()) {
    const p = probability[i] as number;
    const same = rank > 0 && p === probability[order[rank - 1] as number];
    if (!same) bin = Math.min(bins - 1, Math.floor(by === 'mass' ? (rank * bins) / n : p * bins));
    binOf[i] = bin;
  }
  return binOf;
}

/** Per bin the number of predictions, the sum of their probabilities and how many came true [bins x 3]. */
function sumsOf(probability: ArrayLike<number>, outcome: ArrayLike<number>, binning: Binning): Float64Array {
  const sums = new Float64Array(binning.bins * 3);
  for (const [i, bin] of binsOf(probability, binning).entries()) {
    const values = [1, probability[i] as number, outcome[i] as number];
    for (const [k, value] of values.entries()) sums[3 * bin + k] = (sums[3 * bin + k] as number) + value;
  }
  return sums;
}

/** Bins in ascending order of probability; those that hold nothing are left out. */
export function reliability(probability: ArrayLike<number>, outcome: ArrayLike<number>, binning: Binning): ReliabilityBin[] {
  const sums = sumsOf(probability, outcome, binning);
  return Array.from({ length: binning.bins }, (_, bin) => {
    const [n, predicted, observed] = sums.subarray(3 * bin, 3 * bin + 3) as unknown as [number, number, number];
    return { n, predicted: predicted / n, observed: observed / n };
  }).filter(({ n }) => n > 0);
}

/**
 * Expected calibration error (Naeini et al. 2015): distance of mean probability and share that came true, over bins, weighted by the number in the bin.
 * @param sums [bins x 3] number, sum of probabilities, number that came true
 */
export function errorOf(sums: Float64Array): number {
  let [n, distance] = [0, 0];
  for (let at = 0; at < sums.length; at += 3) {
    n += sums[at] as number;
    distance += Math.abs((sums[at + 1] as number) - (sums[at + 2] as number));
  }
  return n === 0 ? 0 : distance / n;
}

export const calibrationError = (probability: ArrayLike<number>, outcome: ArrayLike<number>, binning: Binning): number =>
  errorOf(sumsOf(probability, outcome, binning));
