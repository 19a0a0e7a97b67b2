/** Sum of the four lanes, always in the same order. */
export function total(v: v128): f32 {
  const pair = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(pair, 0) + f32x4.extract_lane(pair, 1);
}

export function largest(v: v128): f32 {
  const pair = f32x4.max(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return max(f32x4.extract_lane(pair, 0), f32x4.extract_lane(pair, 1));
}

/** Inner product of two vectors of `length` bytes, a multiple of 16. */
export function inner(a: usize, b: usize, length: usize): f32 {
  let sum = f32x4.splat(0);
  for (let k: usize = 0; k < length; k += 16) sum = f32x4.relaxed_madd(v128.load(a + k), v128.load(b + k), sum);
  return total(sum);
}

/** out += x a, `length` bytes. */
export function addScaled(out: usize, a: usize, x: f32, length: usize): void {
  const v = f32x4.splat(x);
  for (let k: usize = 0; k < length; k += 16) v128.store(out + k, f32x4.relaxed_madd(v128.load(a + k), v, v128.load(out + k)));
}
