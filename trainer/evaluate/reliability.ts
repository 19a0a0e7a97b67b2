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

/** Bins in ascending order of probability; those that hold nothing are left out. */
export function reliability(probability: ArrayLike<number>, outcome: ArrayLike<number>, { bins, by }: Binning): ReliabilityBin[] {
  const n = probability.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => (probability[a] as number) - (probability[b] as number),
  );
  const sums = Array.from({ length: bins }, () => ({ n: 0, predicted: 0, observed: 0 }));
  let bin = 0;
  for (const [rank, i] of order.entries()) {
    const p = probability[i] as number;
    const same = rank > 0 && p === probability[order[rank - 1] as number];
    if (!same) bin = Math.min(bins - 1, Math.floor(by === 'mass' ? (rank * bins) / n : p * bins));
    const own = sums[bin] as (typeof sums)[number];
    own.n++;
    own.predicted += p;
    own.observed += outcome[i] as number;
  }
  return sums
    .filter((own) => own.n > 0)
    .map((own) => ({ n: own.n, predicted: own.predicted / own.n, observed: own.observed / own.n }));
}

/** Expected calibration error (Naeini et al. 2015): distance of mean probability and share that came true, over bins, weighted by the number in the bin. */
export function calibrationError(probability: ArrayLike<number>, outcome: ArrayLike<number>, binning: Binning): number {
  const sum = reliability(probability, outcome, binning).reduce(
    (total, bin) => total + bin.n * Math.abs(bin.predicted - bin.observed),
    0,
  );
  return sum / probability.length;
}
