/**
 * Bounds, 1 / ln 2, the shifter, -ln 2 in two parts, coefficients from the highest down, 1. In memory, because an engine makes a constant vector anew
 * each time, with more instructions than a load. The shifter is 1.5 * 2^23: a float of that size has no room for fractions, so adding it rounds, and
 * leaves the whole number in the low bits.
 */
const constants = memory.data<f32>([
  -104, 89, 1.44269504088896341, 12582912, -0.693359375, 2.1219444e-4, 1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3,
  4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1, 1,
]);

/**
 * e^x; NaN stays NaN. Range reduction and polynomial of Cephes' expf (S. Moshier); relative error below 2e-7. Scales in two steps, so that both ends are
 * right.
 */
export function exp(x: v128): v128 {
  // pmin and pmax are one instruction each, min and max many.
  const y = f32x4.pmin(f32x4.pmax(x, v128.load32_splat(constants)), v128.load32_splat(constants, 4));
  const shifted = f32x4.add(f32x4.mul(y, v128.load32_splat(constants, 8)), v128.load32_splat(constants, 12));
  const n = f32x4.sub(shifted, v128.load32_splat(constants, 12));
  let r = f32x4.add(f32x4.mul(n, v128.load32_splat(constants, 16)), y);
  r = f32x4.add(f32x4.mul(n, v128.load32_splat(constants, 20)), r);
  let p = f32x4.mul(v128.load32_splat(constants, 24), r);
  p = f32x4.mul(f32x4.add(p, v128.load32_splat(constants, 28)), r);
  p = f32x4.mul(f32x4.add(p, v128.load32_splat(constants, 32)), r);
  p = f32x4.mul(f32x4.add(p, v128.load32_splat(constants, 36)), r);
  p = f32x4.mul(f32x4.add(p, v128.load32_splat(constants, 40)), r);
  p = f32x4.add(p, v128.load32_splat(constants, 44));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), v128.load32_splat(constants, 48));
  const power = i32x4.sub(shifted, v128.load32_splat(constants, 12));
  const half = i32x4.shr_s(power, 1);
  const rest = i32x4.sub(power, half);
  // 2^half by the exponent's bits: those of 1 and half steps more.
  const one = v128.load32_splat(constants, 48);
  return f32x4.mul(f32x4.mul(p, i32x4.add(i32x4.shl(half, 23), one)), i32x4.add(i32x4.shl(rest, 23), one));
}
