// Dropout without a stored mask (Srivastava et al. 2014): whether element i of a tensor is kept is a function of (seed, i), so the backward pass asks again.

/** lowbias32 (C. Wellons, "Prospecting for hash functions"). */
function mixed(x: v128): v128 {
  x = v128.xor(x, i32x4.shr_u(x, 16));
  x = i32x4.mul(x, i32x4.splat(0x7feb352d));
  x = v128.xor(x, i32x4.shr_u(x, 15));
  x = i32x4.mul(x, i32x4.splat(0x846ca68b));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/** Four factors of elements index to index + 3: 0 with probability `rate`, else 1 / (1 - rate). */
export function kept(seed: i32, index: i32, rate: f32): v128 {
  const lanes = i32x4.add(i32x4.splat(index), i32x4(0, 1, 2, 3));
  const uniform = i32x4.shr_u(mixed(v128.xor(mixed(lanes), i32x4.splat(seed))), 8);
  const isKept = i32x4.ge_s(uniform, i32x4.splat(<i32>(rate * 16777216)));
  return v128.and(isKept, f32x4.splat(1 / (1 - rate)));
}

/** Groups first to end of 4 elements: out = more + x kept; more 0: nothing is added. */
export function dropout(first: i32, end: i32, scratch: usize, x: usize, more: usize, out: usize, rate: f32, seed: i32): void {
  for (let g = first; g < end; g++) {
    const at: usize = (<usize>g) << 4;
    let v = v128.load(x + at);
    if (rate > 0) v = f32x4.mul(v, kept(seed, g << 2, rate));
    v128.store(out + at, more ? f32x4.add(v, v128.load(more + at)) : v);
  }
}

/** Groups first to end of 4 elements: out = max(x, 0) kept. */
export function rectify(first: i32, end: i32, scratch: usize, x: usize, out: usize, rate: f32, seed: i32): void {
  for (let g = first; g < end; g++) {
    const at: usize = (<usize>g) << 4;
    let v = f32x4.max(v128.load(x + at), f32x4.splat(0));
    if (rate > 0) v = f32x4.mul(v, kept(seed, g << 2, rate));
    v128.store(out + at, v);
  }
}

/** gradient *= derivative of `rectify`, told from its output: positive only where x was and the element was kept. */
export function rectifyBack(first: i32, end: i32, scratch: usize, out: usize, gradient: usize, rate: f32): void {
  const scale = f32x4.splat(1 / (1 - rate));
  for (let g = first; g < end; g++) {
    const at: usize = (<usize>g) << 4;
    const isOn = f32x4.gt(v128.load(out + at), f32x4.splat(0));
    v128.store(gradient + at, v128.and(isOn, f32x4.mul(v128.load(gradient + at), scale)));
  }
}
