// asc: --importMemory --sharedMemory --maximumMemory 65536 --enable threads --enable relaxed-simd
// Implicit alternating least squares, for trainer/adapter/pool.ts: addresses are in bytes, rows are slices, nothing allocates. What each computes is said
// in ../als-plain.ts. A stride is a number of float32, a multiple of 8; what lies between the rank and the stride is 0 and stays 0.
// Systems come as compressed sparse rows: the entries of row r are offsets[r] to offsets[r + 1] of `indices` (row of `fixed`) and of `weights`
// (address 0: all 1). `gram` [stride x stride] is the unobserved weight times the sum of f f^T over all rows of `fixed`; `ridge` [rows].
import { addEntries, timesGram } from './_entries';
import { combine, dot, panelRows, symmetric } from './_float';

export { coordinateBlocks } from './_blocks';

/** First free address. */
export function base(): usize {
  return (__heap_base + 63) & ~63;
}

/** Partial number first / chunk of `partials`, each [stride x stride] = upper triangle of the sum of f f^T over the rows first to end of `factors`. */
export function gram(first: i32, end: i32, scratch: usize, factors: usize, stride: i32, partials: usize, chunk: i32): void {
  const step: usize = (<usize>stride) << 2;
  const out = partials + step * stride * (first / chunk);
  memory.fill(out, 0, step * stride);
  const panel = panelRows(step);
  for (let row = first; row < end; row += panel) symmetric(factors + step * row, min(panel, end - row), step, stride, out, step);
}

/** Rows first to end of out = weight * (partial 0 + partial 1 + ...), added in that order. */
export function gramSum(
  first: i32,
  end: i32,
  scratch: usize,
  partials: usize,
  count: i32,
  stride: i32,
  weight: f32,
  out: usize,
): void {
  const step: usize = (<usize>stride) << 2;
  for (let i = first; i < end; i++) {
    for (let j = 0; j < stride; j++) {
      const at = partials + step * min(i, j) + (max(i, j) << 2);
      let sum: f32 = 0;
      for (let p = 0; p < count; p++) sum += load<f32>(at + step * stride * p);
      store<f32>(out + step * i + (j << 2), weight * sum);
    }
  }
}

/** Scratch: 4 strides. */
export function conjugateGradient(
  first: i32,
  last: i32,
  scratch: usize,
  offsets: usize,
  indices: usize,
  weights: usize,
  ridges: usize,
  gram: usize,
  fixed: usize,
  solved: usize,
  stride: i32,
  steps: i32,
): void {
  const step: usize = (<usize>stride) << 2;
  const residual = scratch,
    direction = residual + step,
    product = direction + step,
    zeros = product + step;
  memory.fill(zeros, 0, step);
  for (let row = first; row < last; row++) {
    const entry: usize = load<u32>(offsets + ((<usize>row) << 2));
    const end: usize = load<u32>(offsets + ((<usize>row) << 2), 4);
    if (entry == end) continue;
    const ridge = load<f32>(ridges + ((<usize>row) << 2));
    const x = solved + step * row;
    timesGram(gram, ridge, -1, x, residual, step);
    addEntries(entry, end, indices, weights, fixed, step, zeros, x, 1, -1, residual);
    memory.copy(direction, residual, step);
    let squared = dot(residual, residual, step);
    for (let s = 0; s < steps && squared > 1e-20; s++) {
      timesGram(gram, ridge, 1, direction, product, step);
      addEntries(entry, end, indices, weights, fixed, step, zeros, direction, 0, 1, product);
      const length = squared / dot(direction, product, step);
      if (!(length < Infinity)) break;
      combine(x, 1, direction, length, x, step);
      combine(residual, 1, product, -length, residual, step);
      const next = dot(residual, residual, step);
      combine(residual, 1, direction, next / squared, direction, step);
      squared = next;
    }
  }
}
