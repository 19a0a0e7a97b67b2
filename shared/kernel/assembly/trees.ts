// asc: --importMemory --sharedMemory --maximumMemory 65536 --enable threads --enable relaxed-simd
// Histogram gradient boosting, for trainer/adapter/pool.ts: addresses are in bytes, nothing allocates. What each computes is said in ../trees-plain.ts.
// A pair is an i64: gradient (i32, signed) above hessian (u32), both whole numbers, so that sums are exact and neither the order of rows nor the
// number of threads changes a bit. Bins are uint8 [rows x stride], stride a multiple of 8. Bin 0 is of missing values. A histogram has `width` bytes a column,
// a multiple of 16: a pair for each bin.
import { addRows } from './_histogram';
import { listLambdas } from './_lambdas';
import { bestSplit, nodeBytes, splitBytes } from './_split';

export { histogram, sparseHistogram, toEntries } from './_histogram';

/** First free address. */
export function base(): usize {
  return (__heap_base + 63) & ~63;
}

/** Bins of the rows: 1 + how many of a column's 256 thresholds (ascending, then Infinity) lie below the value. */
export function toBins(
  first: i32,
  end: i32,
  scratch: usize,
  features: usize,
  columns: i32,
  thresholds: usize,
  bins: usize,
  stride: i32,
): void {
  for (let row = first; row < end; row++) {
    const x = features + <usize>row * columns * 4,
      out = bins + <usize>row * stride;
    for (let c = 0; c < columns; c++) {
      const value = load<f32>(x + ((<usize>c) << 2));
      let at = thresholds + ((<usize>c) << 10);
      const start = at;
      for (let step: usize = 512; step >= 4; step >>= 1) at += load<f32>(at + step - 4) < value ? step : 0;
      store<u8>(out + c, value == value ? <u8>(((at - start) >> 2) + 1) : <u8>0);
    }
  }
}

/** Gradients and hessians (f32) of cross-entropy at scores (f64) and labels of 0 or 1 (f32). */
export function logistic(
  first: i32,
  end: i32,
  scratch: usize,
  scores: usize,
  labels: usize,
  gradients: usize,
  hessians: usize,
): void {
  for (let i: usize = first; i < <usize>end; i++) {
    const probability = 1 / (1 + Math.exp(-load<f64>(scores + (i << 3))));
    store<f32>(gradients + (i << 2), <f32>(probability - <f64>load<f32>(labels + (i << 2))));
    store<f32>(hessians + (i << 2), <f32>max(1e-16, probability * (1 - probability)));
  }
}

/** Gradients and hessians (f32) of lists first to end, see ../lambdas-plain.ts; `order` (i32) and `sums` [rows x 2] (f64) are the kernel's own. */
export function lambdas(
  first: i32,
  end: i32,
  scratch: usize,
  offsets: usize,
  order: usize,
  scores: usize,
  gains: usize,
  scales: usize,
  discounts: usize,
  sums: usize,
  sigma: f64,
  truncation: i32,
  normalise: i32,
  gradients: usize,
  hessians: usize,
): void {
  for (let q: usize = first; q < <usize>end; q++) {
    const from: usize = load<u32>(offsets + (q << 2)),
      n = load<i32>(offsets + (q << 2), 4) - <i32>from,
      own = sums + (from << 4),
      tables = from << 3,
      scale = load<f64>(scales + (q << 3));
    const factor = listLambdas(
      n,
      order + (from << 2),
      scores + tables,
      gains + tables,
      discounts,
      own,
      scale,
      sigma,
      truncation,
      normalise,
    );
    for (let i: usize = 0; i < <usize>n; i++) {
      store<f32>(gradients + ((from + i) << 2), <f32>(factor * load<f64>(own + (i << 4))));
      store<f32>(hessians + ((from + i) << 2), <f32>(factor * load<f64>(own + (i << 4), 8)));
    }
  }
}

/** Pairs of gradients and hessians (f32), times their scales, rounded. */
export function quantise(
  first: i32,
  end: i32,
  scratch: usize,
  gradients: usize,
  hessians: usize,
  gradientScale: f64,
  hessianScale: f64,
  pairs: usize,
): void {
  for (let i: usize = first; i < <usize>end; i++) {
    const gradient = nearest(<f64>load<f32>(gradients + (i << 2)) * gradientScale),
      hessian = nearest(<f64>load<f32>(hessians + (i << 2)) * hessianScale);
    store<i64>(pairs + (i << 3), ((<i64>gradient) << 32) + <i64>hessian);
  }
}

/** `histogram` of all `rows` of `order` and `search`, of the listed columns first to end: no thread waits for another's sums. */
export function histogramAndSearch(
  first: i32,
  end: i32,
  scratch: usize,
  order: usize,
  rows: i32,
  pairs: usize,
  bins: usize,
  stride: i32,
  listed: usize,
  columns: i32,
  width: i32,
  own: usize,
  other: usize,
  binCounts: usize,
  signs: usize,
  nodes: usize,
  asked: i32,
  splits: usize,
): void {
  addRows(0, rows, order, pairs, bins, stride, listed, first, end, own, width);
  search(first, end, scratch, listed, columns, own, 1, 0, width, own, other, binCounts, signs, nodes, asked, splits);
}

/**
 * Of the listed columns first to end: own = sum of the partials, other (the parent's, 0: none) minus own, then the best split of both nodes, which
 * are at `nodes` and `nodes` + 48 and take part where their bit of `asked` is set; splits [columns] of the first, then of the second.
 */
export function search(
  first: i32,
  end: i32,
  scratch: usize,
  listed: usize,
  columns: i32,
  partials: usize,
  count: i32,
  bytes: i32,
  width: i32,
  own: usize,
  other: usize,
  binCounts: usize,
  signs: usize,
  nodes: usize,
  asked: i32,
  splits: usize,
): void {
  for (let k = first; k < end; k++) {
    const c: usize = listed ? load<u32>(listed + ((<usize>k) << 2)) : k;
    const at = c * <usize>width,
      mine = own + at,
      rest = other + at;
    const bins = load<i32>(binCounts + (c << 2)),
      sign = load<i32>(signs + (c << 2)),
      used = (<usize>(bins + 1)) << 3;
    if (partials != own) memory.copy(mine, partials + at, used);
    for (let p = 1; p < count; p++) {
      const partial = partials + <usize>p * bytes + at;
      for (let b: usize = 0; b < used; b += 16) v128.store(mine + b, i64x2.add(v128.load(mine + b), v128.load(partial + b)));
    }
    if (other)
      for (let b: usize = 0; b < used; b += 16) v128.store(rest + b, i64x2.sub(v128.load(rest + b), v128.load(mine + b)));
    if (asked & 1) bestSplit(mine, bins, sign, nodes, splits + c * splitBytes);
    if (asked & 2) bestSplit(rest, bins, sign, nodes + nodeBytes, splits + (c + columns) * splitBytes);
  }
}

/**
 * Rows first to end of `order`, in their order: those that go left to `left`, the others to `right`, both from index first on; how many went left to `counts`.
 * Where `left` is `order`, which takes all rows in one chunk, the others follow there.
 */
export function partition(
  first: i32,
  end: i32,
  scratch: usize,
  order: usize,
  bins: usize,
  stride: i32,
  bin: i32,
  missingLeft: i32,
  left: usize,
  right: usize,
  counts: usize,
  chunk: i32,
): void {
  let l = left + ((<usize>first) << 2),
    r = right + ((<usize>first) << 2);
  const start = l;
  for (let i = first; i < end; i++) {
    const row: usize = load<u32>(order + ((<usize>i) << 2));
    const own: i32 = load<u8>(bins + row * stride);
    const goes = usize(<u32>(own - 1) <= <u32>bin) | (usize(own == 0) & <usize>missingLeft);
    store<u32>(l, row);
    store<u32>(r, row);
    l += goes << 2;
    r += (goes ^ 1) << 2;
  }
  store<i32>(counts + ((<usize>(first / chunk)) << 2), <i32>((l - start) >> 2));
  if (left == order) memory.copy(l, right, r - right);
}

/** Copies what `partition` left of chunks first to end to their places in `order`: `places` is [chunks x 3]: left rows, index of theirs, index of the others. */
export function place(
  first: i32,
  end: i32,
  scratch: usize,
  order: usize,
  rows: i32,
  left: usize,
  right: usize,
  places: usize,
  chunk: i32,
): void {
  for (let k = first; k < end; k++) {
    const from = <usize>k * chunk * 4,
      length = min(chunk, rows - k * chunk),
      own = places + <usize>k * 12;
    const goes = load<i32>(own);
    const target = order + ((<usize>load<i32>(own, 4)) << 2);
    memory.copy(target, left + from, (<usize>goes) << 2);
    memory.copy(order + ((<usize>load<i32>(own, 8)) << 2), right + from, (<usize>(length - goes)) << 2);
  }
}

/** scores (f64) of rows first to end of `order` += value. */
export function addValue(first: i32, end: i32, scratch: usize, order: usize, value: f64, scores: usize): void {
  for (let i = first; i < end; i++) {
    const at = scores + ((<usize>load<u32>(order + ((<usize>i) << 2))) << 3);
    store<f64>(at, load<f64>(at) + value);
  }
}

/** scores of rows first to end of `order` (0: rows themselves) += their leaf. Nodes of 32 bytes: i32 column, bin, missing left, left (-1: leaf), right; f64 value @24. */
export function walk(
  first: i32,
  end: i32,
  scratch: usize,
  order: usize,
  tree: usize,
  bins: usize,
  stride: i32,
  scores: usize,
): void {
  for (let i = first; i < end; i++) {
    const row: usize = order ? load<u32>(order + ((<usize>i) << 2)) : i;
    const own = bins + row * stride;
    let node = tree;
    for (let left = load<i32>(node, 12); left >= 0; left = load<i32>(node, 12)) {
      const bin: i32 = load<u8>(own + load<i32>(node));
      const goes = bin == 0 ? load<i32>(node, 8) != 0 : bin <= load<i32>(node, 4) + 1;
      node = tree + ((<usize>(goes ? left : load<i32>(node, 16))) << 5);
    }
    const at = scores + (row << 3);
    store<f64>(at, load<f64>(at) + load<f64>(node, 24));
  }
}
