// Pooling of histories by one learnt query (attention pooling) or, where the query and the place offsets are 0 and stay so, by their mean.
// Row r has places starts[r] to starts[r + 1], oldest first; place p holds slot slots[p] of `vectors`. The newest has offset places[0].
import { exp } from './_exp';
import { addScaled, inner } from './_lanes';

/** pooled[r] = sum of weights[p] vector(p), weights = softmax of query . vector(p) + places[age]; zeros for an empty history. */
export function pool(
  first: i32,
  end: i32,
  scratch: usize,
  starts: usize,
  slots: usize,
  vectors: usize,
  query: usize,
  places: usize,
  weights: usize,
  pooled: usize,
  step: usize,
): void {
  for (let r = first; r < end; r++) {
    const from: usize = load<u32>(starts + ((<usize>r) << 2)),
      to: usize = load<u32>(starts + ((<usize>r) << 2), 4);
    const out = pooled + step * r;
    memory.fill(out, 0, step);
    let peak: f32 = -Infinity;
    for (let p = from; p < to; p++) {
      const x = vectors + step * load<u32>(slots + (p << 2));
      const logit: f32 = inner(query, x, step) + load<f32>(places + ((to - 1 - p) << 2));
      store<f32>(weights + (p << 2), logit);
      peak = max(peak, logit);
    }
    let sum: f32 = 0;
    for (let p = from; p < to; p++) {
      const e = f32x4.extract_lane(exp(f32x4.splat(load<f32>(weights + (p << 2)) - peak)), 0);
      store<f32>(weights + (p << 2), e);
      sum += e;
    }
    for (let p = from; p < to; p++) {
      const share = load<f32>(weights + (p << 2)) / sum;
      store<f32>(weights + (p << 2), share);
      addScaled(out, vectors + step * load<u32>(slots + (p << 2)), share, step);
    }
  }
}

/** slopes[p] = d loss / d logit of place p, from the gradient of `pooled`. */
export function poolBack(
  first: i32,
  end: i32,
  scratch: usize,
  starts: usize,
  slots: usize,
  vectors: usize,
  weights: usize,
  pooled: usize,
  gradient: usize,
  slopes: usize,
  step: usize,
): void {
  for (let r = first; r < end; r++) {
    const from: usize = load<u32>(starts + ((<usize>r) << 2)),
      to: usize = load<u32>(starts + ((<usize>r) << 2), 4);
    const g = gradient + step * r;
    const mean = inner(pooled + step * r, g, step);
    for (let p = from; p < to; p++) {
      const along = inner(vectors + step * load<u32>(slots + (p << 2)), g, step);
      store<f32>(slopes + (p << 2), load<f32>(weights + (p << 2)) * (along - mean));
    }
  }
}

/**
 * Gradients of the vectors that histories pooled: out[s] += sum over its places p (offsets, members; rowOf[p] their row) of weights[p] gradient[row]
 * + slopes[p] query. sums[s] = sum of slopes[p]. Nothing is there yet from slot `fresh` on.
 */
export function poolScatter(
  first: i32,
  end: i32,
  scratch: usize,
  offsets: usize,
  members: usize,
  rowOf: usize,
  weights: usize,
  slopes: usize,
  gradient: usize,
  query: usize,
  out: usize,
  sums: usize,
  step: usize,
  fresh: i32,
): void {
  for (let s = first; s < end; s++) {
    const to = out + step * s;
    if (s >= fresh) memory.fill(to, 0, step);
    let sum: f32 = 0;
    const last: usize = load<u32>(offsets + ((<usize>s) << 2), 4);
    for (let m: usize = load<u32>(offsets + ((<usize>s) << 2)); m < last; m++) {
      const p: usize = load<u32>(members + (m << 2));
      addScaled(to, gradient + step * load<u32>(rowOf + (p << 2)), load<f32>(weights + (p << 2)), step);
      sum += load<f32>(slopes + (p << 2));
    }
    addScaled(to, query, sum, step);
    store<f32>(sums + ((<usize>s) << 2), sum);
  }
}

/** Ages first to end: out[age] = sum over rows, in order, of the slope at that age. */
export function placeSums(first: i32, end: i32, scratch: usize, starts: usize, slopes: usize, rows: i32, out: usize): void {
  for (let age = first; age < end; age++) {
    let sum: f32 = 0;
    for (let r = 0; r < rows; r++) {
      const from = load<i32>(starts + ((<usize>r) << 2)),
        p = load<i32>(starts + ((<usize>r) << 2), 4) - 1 - age;
      if (p >= from) sum += load<f32>(slopes + ((<usize>p) << 2));
    }
    store<f32>(out + ((<usize>age) << 2), sum);
  }
}
