// asc: --importMemory --sharedMemory --maximumMemory 65536 --enable threads --enable relaxed-simd
// Implicit alternating least squares, for trainer/adapter/pool.ts: rows are slices, addresses are in bytes, strides in float32 elements.
// Every stride is a multiple of 8 and what is beyond the rank is 0. Nothing here allocates.
// relaxed_madd is one rounding on every machine that has fused multiply-add, so the same bits on x86-64 since 2013 and on arm64.

/** First free address. */
export function base(): usize {
  return (__heap_base + 63) & ~63;
}

function madd(a: v128, b: v128, sum: v128): v128 {
  return f32x4.relaxed_madd(a, b, sum);
}

/** c [4 x 8] += a[n x 4]^T b[n x 8], rows of a and b `step` bytes apart, rows of c `cStep`. */
function tile(a: usize, b: usize, n: i32, step: usize, c: usize, cStep: usize): void {
  const c1 = c + cStep,
    c2 = c1 + cStep,
    c3 = c2 + cStep;
  let s00 = v128.load(c),
    s01 = v128.load(c, 16),
    s10 = v128.load(c1),
    s11 = v128.load(c1, 16),
    s20 = v128.load(c2),
    s21 = v128.load(c2, 16),
    s30 = v128.load(c3),
    s31 = v128.load(c3, 16);
  for (let i = 0; i < n; i++) {
    const low = v128.load(b);
    const high = v128.load(b, 16);
    let v = v128.load32_splat(a);
    s00 = madd(v, low, s00);
    s01 = madd(v, high, s01);
    v = v128.load32_splat(a, 4);
    s10 = madd(v, low, s10);
    s11 = madd(v, high, s11);
    v = v128.load32_splat(a, 8);
    s20 = madd(v, low, s20);
    s21 = madd(v, high, s21);
    v = v128.load32_splat(a, 12);
    s30 = madd(v, low, s30);
    s31 = madd(v, high, s31);
    a += step;
    b += step;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}

/** Rows that stay in the first-level cache while all tiles pass over them. */
function panelRows(stride: i32): i32 {
  return max<i32>(16, 4096 / stride);
}

/** Lower triangle (whole tiles) of c [width x width] += x[n x width]^T x, rows of x `stride` floats apart, of c `cStride`. */
function symmetric(x: usize, n: i32, stride: i32, width: i32, c: usize, cStride: i32): void {
  const step: usize = (<usize>stride) << 2,
    cStep: usize = (<usize>cStride) << 2;
  const panel = panelRows(stride);
  for (let from = 0; from < n; from += panel) {
    const rows = min(panel, n - from);
    for (let i = 0; i < width; i += 4) {
      const out = c + cStep * i;
      for (let j = 0; j <= i; j += 8) tile(x + (i << 2), x + (j << 2), rows, step, out + (j << 2), cStep);
    }
    x += step * rows;
  }
}

/**
 * Sum of f f^T over the rows first to end of factors [rows x stride], added to partial number first / chunk: [stride x stride] of partials, of which
 * the lower triangle is written. Zero before.
 */
export function gram(first: i32, end: i32, scratch: usize, factors: usize, stride: i32, partials: usize, chunk: i32): void {
  const out = partials + ((<usize>(first / chunk) * stride * stride) << 2);
  memory.fill(out, 0, (<usize>stride * stride) << 2);
  symmetric(factors + ((<usize>first * stride) << 2), end - first, stride, stride, out, stride);
}

/** Row by row out = weight * (partial 0 + partial 1 + ...), in that order, and the upper triangle from the lower. */
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
  const size: usize = (<usize>stride * stride) << 2;
  for (let i = first; i < end; i++) {
    for (let j = 0; j < stride; j++) {
      const at = partials + (j <= i ? (<usize>i * stride + j) << 2 : (<usize>j * stride + i) << 2);
      let sum: f32 = 0;
      for (let p = 0; p < count; p++) sum += load<f32>(at + size * p);
      store<f32>(out + ((<usize>i * stride + j) << 2), weight * sum);
    }
  }
}
