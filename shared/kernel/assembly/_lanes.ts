/** Sum of the four lanes, always in the same order. */
export function total(v: v128): f32 {
  const pair = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(pair, 0) + f32x4.extract_lane(pair, 1);
}

export function largest(v: v128): f32 {
  const pair = f32x4.max(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return max(f32x4.extract_lane(pair, 0), f32x4.extract_lane(pair, 1));
}

/** Inner product of two vectors of `length` bytes, a multiple of 32: two sums, so that one need not wait for the other. */
export function inner(a: usize, b: usize, length: usize): f32 {
  let even = f32x4.splat(0),
    odd = even;
  for (let k: usize = 0; k < length; k += 32) {
    even = f32x4.relaxed_madd(v128.load(a + k), v128.load(b + k), even);
    odd = f32x4.relaxed_madd(v128.load(a + k, 16), v128.load(b + k, 16), odd);
  }
  return total(f32x4.add(even, odd));
}

/** out += x a, `length` bytes. */
export function addScaled(out: usize, a: usize, x: f32, length: usize): void {
  const v = f32x4.splat(x);
  for (let k: usize = 0; k < length; k += 16) v128.store(out + k, f32x4.relaxed_madd(v128.load(a + k), v, v128.load(out + k)));
}

/**
 * out += the sum over m from `from` to `to`, in order, of scale weights[row] source[row] with row = rows[m]; weights 0: all 1. Vectors are `step` bytes, a
 * multiple of 32; 128 of them at a time stay in registers over all rows.
 */
export function addRows(
  out: usize,
  rows: usize,
  from: usize,
  to: usize,
  source: usize,
  step: usize,
  weights: usize,
  scale: f32,
): void {
  let k: usize = 0;
  for (; k + 128 <= step; k += 128) {
    const at = out + k;
    let s0 = v128.load(at),
      s1 = v128.load(at, 16),
      s2 = v128.load(at, 32),
      s3 = v128.load(at, 48),
      s4 = v128.load(at, 64),
      s5 = v128.load(at, 80),
      s6 = v128.load(at, 96),
      s7 = v128.load(at, 112);
    for (let m = from; m < to; m++) {
      const row: usize = load<u32>(rows + (m << 2));
      const v = source + step * row + k;
      const x = f32x4.splat(weights ? scale * load<f32>(weights + (row << 2)) : scale);
      s0 = f32x4.relaxed_madd(v128.load(v), x, s0);
      s1 = f32x4.relaxed_madd(v128.load(v, 16), x, s1);
      s2 = f32x4.relaxed_madd(v128.load(v, 32), x, s2);
      s3 = f32x4.relaxed_madd(v128.load(v, 48), x, s3);
      s4 = f32x4.relaxed_madd(v128.load(v, 64), x, s4);
      s5 = f32x4.relaxed_madd(v128.load(v, 80), x, s5);
      s6 = f32x4.relaxed_madd(v128.load(v, 96), x, s6);
      s7 = f32x4.relaxed_madd(v128.load(v, 112), x, s7);
    }
    v128.store(at, s0);
    v128.store(at, s1, 16);
    v128.store(at, s2, 32);
    v128.store(at, s3, 48);
    v128.store(at, s4, 64);
    v128.store(at, s5, 80);
    v128.store(at, s6, 96);
    v128.store(at, s7, 112);
  }
  for (; k < step; k += 32) {
    let s0 = v128.load(out + k),
      s1 = v128.load(out + k, 16);
    for (let m = from; m < to; m++) {
      const row: usize = load<u32>(rows + (m << 2));
      const v = source + step * row + k;
      const x = f32x4.splat(weights ? scale * load<f32>(weights + (row << 2)) : scale);
      s0 = f32x4.relaxed_madd(v128.load(v), x, s0);
      s1 = f32x4.relaxed_madd(v128.load(v, 16), x, s1);
    }
    v128.store(out + k, s0);
    v128.store(out + k, s1, 16);
  }
}
