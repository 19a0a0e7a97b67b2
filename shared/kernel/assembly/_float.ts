// Float32 pieces with fused multiply-add: for the trainer's kernels. Addresses and lengths are in bytes; lengths are multiples of 32.
// relaxed_madd rounds once on every machine that has fused multiply-add: the same bits on x86-64 since 2013 and on arm64.

/** Lane r: the inner product of row r and v. */
export function dots4(a: usize, b: usize, c: usize, d: usize, v: usize, length: usize): v128 {
  let a0 = f32x4.splat(0),
    a1 = a0,
    b0 = a0,
    b1 = a0,
    c0 = a0,
    c1 = a0,
    d0 = a0,
    d1 = a0;
  for (let k: usize = 0; k < length; k += 32) {
    const v0 = v128.load(v + k);
    const v1 = v128.load(v + k, 16);
    a0 = f32x4.relaxed_madd(v128.load(a + k), v0, a0);
    a1 = f32x4.relaxed_madd(v128.load(a + k, 16), v1, a1);
    b0 = f32x4.relaxed_madd(v128.load(b + k), v0, b0);
    b1 = f32x4.relaxed_madd(v128.load(b + k, 16), v1, b1);
    c0 = f32x4.relaxed_madd(v128.load(c + k), v0, c0);
    c1 = f32x4.relaxed_madd(v128.load(c + k, 16), v1, c1);
    d0 = f32x4.relaxed_madd(v128.load(d + k), v0, d0);
    d1 = f32x4.relaxed_madd(v128.load(d + k, 16), v1, d1);
  }
  a0 = f32x4.add(a0, a1);
  b0 = f32x4.add(b0, b1);
  c0 = f32x4.add(c0, c1);
  d0 = f32x4.add(d0, d1);
  const ab = f32x4.add(v128.shuffle<f32>(a0, b0, 0, 1, 4, 5), v128.shuffle<f32>(a0, b0, 2, 3, 6, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c0, d0, 0, 1, 4, 5), v128.shuffle<f32>(c0, d0, 2, 3, 6, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7));
}

export function dot(a: usize, b: usize, length: usize): f32 {
  return f32x4.extract_lane(dots4(a, a, a, a, b, length), 0);
}

/** out += x[0] a + x[1] b + x[2] c + x[3] d. */
export function add4(a: usize, b: usize, c: usize, d: usize, x: v128, out: usize, length: usize): void {
  const x0 = v128.shuffle<f32>(x, x, 0, 0, 0, 0),
    x1 = v128.shuffle<f32>(x, x, 1, 1, 1, 1),
    x2 = v128.shuffle<f32>(x, x, 2, 2, 2, 2),
    x3 = v128.shuffle<f32>(x, x, 3, 3, 3, 3);
  for (let k: usize = 0; k < length; k += 32) {
    let s0 = v128.load(out + k);
    let s1 = v128.load(out + k, 16);
    s0 = f32x4.relaxed_madd(v128.load(a + k), x0, s0);
    s1 = f32x4.relaxed_madd(v128.load(a + k, 16), x0, s1);
    s0 = f32x4.relaxed_madd(v128.load(b + k), x1, s0);
    s1 = f32x4.relaxed_madd(v128.load(b + k, 16), x1, s1);
    s0 = f32x4.relaxed_madd(v128.load(c + k), x2, s0);
    s1 = f32x4.relaxed_madd(v128.load(c + k, 16), x2, s1);
    s0 = f32x4.relaxed_madd(v128.load(d + k), x3, s0);
    s1 = f32x4.relaxed_madd(v128.load(d + k, 16), x3, s1);
    v128.store(out + k, s0);
    v128.store(out + k, s1, 16);
  }
}

/** out = x * a + y * b. */
export function combine(a: usize, x: f32, b: usize, y: f32, out: usize, length: usize): void {
  const x4 = f32x4.splat(x),
    y4 = f32x4.splat(y);
  for (let k: usize = 0; k < length; k += 16)
    v128.store(out + k, f32x4.relaxed_madd(v128.load(b + k), y4, f32x4.mul(v128.load(a + k), x4)));
}

/**
 * c [4 x 8] += a[n x 4]^T b[n x 8], or -= where T is signed; steps from row to row in bytes. Eight sums in registers: as many as two multiply-adds a
 * cycle of latency four keep busy.
 */
export function tile<T>(a: usize, aStep: usize, b: usize, bStep: usize, n: i32, c: usize, cStep: usize): void {
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
    s00 = fused<T>(v, low, s00);
    s01 = fused<T>(v, high, s01);
    v = v128.load32_splat(a, 4);
    s10 = fused<T>(v, low, s10);
    s11 = fused<T>(v, high, s11);
    v = v128.load32_splat(a, 8);
    s20 = fused<T>(v, low, s20);
    s21 = fused<T>(v, high, s21);
    v = v128.load32_splat(a, 12);
    s30 = fused<T>(v, low, s30);
    s31 = fused<T>(v, high, s31);
    a += aStep;
    b += bStep;
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

function fused<T>(a: v128, b: v128, sum: v128): v128 {
  return isSigned<T>() ? f32x4.relaxed_nmadd(a, b, sum) : f32x4.relaxed_madd(a, b, sum);
}

/** Upper triangle, in whole tiles, of c [width x width] += x[n x width]^T x. Rows of x are `step` bytes apart, those of c `cStep`. */
export function symmetric(x: usize, n: i32, step: usize, width: i32, c: usize, cStep: usize): void {
  for (let i = 0; i < width; i += 4) {
    const out = c + cStep * i;
    for (let j = i & ~7; j < width; j += 8) tile<u32>(x + (i << 2), step, x + (j << 2), step, n, out + (j << 2), cStep);
  }
}

/** Rows of `step` bytes that stay in the first-level cache while all tiles pass over them. */
export function panelRows(step: usize): i32 {
  return max<i32>(16, 16384 / <i32>step);
}
