/**
 * What the kernels of assembly/neural.ts compute, in plain TypeScript and float64: their reference in tests. Matrices are row-major.
 */
export type Numbers = Float32Array | Float64Array;

const epsilon = 1e-5;

/** out [rows x columns] = a [rows x inner] b [inner x columns] + bias [columns]. */
export function plainProduct(a: Numbers, b: Numbers, inner: number, bias?: Numbers): Float64Array {
  const [rows, columns] = [a.length / inner, b.length / inner];
  return Float64Array.from({ length: rows * columns }, (_, at) => {
    const [r, c] = [Math.floor(at / columns), at % columns];
    let sum = bias ? (bias[c] as number) : 0;
    for (let k = 0; k < inner; k++) sum += (a[r * inner + k] as number) * (b[k * columns + c] as number);
    return sum;
  });
}

/** [rows x columns] to [columns x rows]. */
export const plainTranspose = (a: Numbers, columns: number): Float64Array =>
  Float64Array.from(a, (_, at) => {
    const rows = a.length / columns;
    return a[(at % rows) * columns + Math.floor(at / rows)] as number;
  });

/** Layer normalisation (Ba, Kiros and Hinton 2016) of each row, without gain and bias, and 1 / deviation of each row. */
export function plainNormal(x: Numbers, width: number): { readonly normal: Float64Array; readonly rate: Float64Array } {
  const normal = new Float64Array(x.length);
  const rate = new Float64Array(x.length / width);
  for (const r of rate.keys()) {
    const row = Float64Array.from(x.subarray(r * width, (r + 1) * width));
    const mean = sumOf(row) / width;
    const scale = 1 / Math.sqrt(sumOf(row.map((value) => (value - mean) ** 2)) / width + epsilon);
    normal.set(
      row.map((value) => (value - mean) * scale),
      r * width,
    );
    rate[r] = scale;
  }
  return { normal, rate };
}

export const plainLayerNorm = (x: Numbers, gain: Numbers, bias: Numbers): Float64Array =>
  plainNormal(x, gain.length).normal.map((value, at) => {
    const k = at % gain.length;
    return value * (gain[k] as number) + (bias[k] as number);
  });

/** @param gradient of the output. */
export function plainLayerNormBack(x: Numbers, gain: Numbers, gradient: Numbers) {
  const width = gain.length;
  const { normal, rate } = plainNormal(x, width);
  const [dx, dGain, dBias] = [new Float64Array(x.length), new Float64Array(width), new Float64Array(width)];
  for (const [r, scale] of rate.entries()) {
    let [mean, slope] = [0, 0];
    for (let k = 0; k < width; k++) {
      const at = r * width + k;
      const d = (gradient[at] as number) * (gain[k] as number);
      mean += d / width;
      slope += (d * (normal[at] as number)) / width;
      dGain[k] = (dGain[k] as number) + (gradient[at] as number) * (normal[at] as number);
      dBias[k] = (dBias[k] as number) + (gradient[at] as number);
    }
    for (let k = 0; k < width; k++) {
      const at = r * width + k;
      dx[at] = scale * ((gradient[at] as number) * (gain[k] as number) - mean - (normal[at] as number) * slope);
    }
  }
  return { dx, dGain, dBias };
}

/** e^(x - largest) / sum. */
export function plainSoftmax(logits: Numbers): Float64Array {
  let peak = Number.NEGATIVE_INFINITY;
  for (const value of logits) peak = Math.max(peak, value);
  const shares = Float64Array.from(logits, (value) => Math.exp(value - peak));
  const sum = sumOf(shares);
  return shares.map((value) => value / sum);
}

export interface CandidateLoss {
  /** [rows x width] and [candidates x width]. */
  readonly x: Numbers;
  readonly candidates: Numbers;
  readonly width: number;
  /** Added to the logit of each candidate: minus the logarithm of its chance to be in the sample (Yi et al. 2019). */
  readonly offsets: Numbers;
  /** Per row: the candidate that is right, and what the row counts. */
  readonly targets: ArrayLike<number>;
  readonly weights: Numbers;
}

/** Softmax cross-entropy over candidates that all rows share, and its gradients. */
export function plainSoftmaxLoss({ x, candidates, width, offsets, targets, weights }: CandidateLoss) {
  const logits = plainProduct(x, plainTranspose(candidates, width), width, offsets);
  const count = offsets.length;
  const slopes = new Float64Array(logits.length);
  const losses = Float64Array.from(weights, (weight, r) => {
    const shares = plainSoftmax(logits.subarray(r * count, (r + 1) * count));
    const target = targets[r] as number;
    for (const [c, share] of shares.entries()) slopes[r * count + c] = weight * (share - Number(c === target));
    return -weight * Math.log(shares[target] as number);
  });
  return {
    losses,
    slopes,
    dx: plainProduct(slopes, candidates, count),
    dCandidates: plainProduct(plainTranspose(slopes, count), x, x.length / width),
  };
}

export interface Pooling {
  /** [vectors x width]. */
  readonly vectors: Numbers;
  /** Row r pools vectors slots[starts[r]] to slots[starts[r + 1]], oldest first. */
  readonly starts: ArrayLike<number>;
  readonly slots: ArrayLike<number>;
  readonly query: Numbers;
  /** By age, the newest 0. */
  readonly places: Numbers;
}

/** Attention pooling by one query: sum of softmax(query . x + places) x. @returns weights by place and the pooled rows. */
export function plainPool({ vectors, starts, slots, query, places }: Pooling) {
  const width = query.length;
  const rows = starts.length - 1;
  const pooled = new Float64Array(rows * width);
  const weights = new Float64Array(slots.length);
  for (let r = 0; r < rows; r++) {
    const [from, to] = [starts[r] as number, starts[r + 1] as number];
    const own = Float64Array.from({ length: to - from }, (_, p) => rowDot(vectors, slots[from + p] as number, query));
    weights.set(plainSoftmax(own.map((logit, p) => logit + (places[to - from - 1 - p] as number))), from);
    for (let p = from; p < to; p++) addRow(pooled, r, vectors, slots[p] as number, width, weights[p] as number);
  }
  return { pooled, weights };
}

/** @param gradient of the pooled rows. */
export function plainPoolBack(pooling: Pooling, gradient: Numbers) {
  const { vectors, starts, slots, query, places } = pooling;
  const width = query.length;
  const { pooled, weights } = plainPool(pooling);
  const [dVectors, dQuery, dPlaces] = [
    new Float64Array(vectors.length),
    new Float64Array(width),
    new Float64Array(places.length),
  ];
  for (let r = 0; r + 1 < starts.length; r++) {
    const to = starts[r + 1] as number;
    const own = gradient.subarray(r * width, (r + 1) * width);
    const mean = rowDot(pooled, r, own);
    for (let p = starts[r] as number; p < to; p++) {
      const slot = slots[p] as number;
      const slope = (weights[p] as number) * (rowDot(vectors, slot, own) - mean);
      addRow(dVectors, slot, own, 0, width, weights[p] as number);
      addRow(dVectors, slot, query, 0, width, slope);
      addRow(dQuery, 0, vectors, slot, width, slope);
      dPlaces[to - 1 - p] = (dPlaces[to - 1 - p] as number) + slope;
    }
  }
  return { dVectors, dQuery, dPlaces };
}

/** One step of Adam (Kingma and Ba 2015) with decoupled weight decay, in place; `t` counts from 1. */
export function plainAdam(
  state: { readonly x: Float64Array; readonly mean: Float64Array; readonly square: Float64Array },
  gradient: Numbers,
  { rate, decay, t }: { readonly rate: number; readonly decay: number; readonly t: number },
): void {
  for (const [k, slope] of gradient.entries()) {
    const mean = 0.9 * (state.mean[k] as number) + 0.1 * slope;
    const square = 0.999 * (state.square[k] as number) + 0.001 * slope * slope;
    const move = mean / (1 - 0.9 ** t) / (Math.sqrt(square / (1 - 0.999 ** t)) + 1e-8);
    state.x[k] = (state.x[k] as number) * (1 - rate * decay) - rate * move;
    state.mean[k] = mean;
    state.square[k] = square;
  }
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

export function rowDot(rows: Numbers, r: number, v: Numbers): number {
  let sum = 0;
  for (let k = 0; k < v.length; k++) sum += (rows[r * v.length + k] as number) * (v[k] as number);
  return sum;
}

export function addRow(out: Float64Array, to: number, rows: Numbers, r: number, width: number, x: number): void {
  for (let k = 0; k < width; k++) out[to * width + k] = (out[to * width + k] as number) + x * (rows[r * width + k] as number);
}
