// Rows of `fixed` that the entries of a sparse row name, four at a time. Addresses are in bytes.
import { add4, combine, dots4 } from './_float';

/** Address of an entry's row; from `end` on a row of zeros. */
export function rowAt(fixed: usize, indices: usize, entry: usize, end: usize, step: usize, zeros: usize): usize {
  return entry < end ? fixed + step * load<u32>(indices + (entry << 2)) : zeros;
}

/** out += sum of weight (target + scale f.v) f over the entries; `zeros` is a row of zeros. */
export function addEntries(
  entry: usize,
  end: usize,
  indices: usize,
  weights: usize,
  fixed: usize,
  step: usize,
  zeros: usize,
  v: usize,
  target: f32,
  scale: f32,
  out: usize,
): void {
  const target4 = f32x4.splat(target),
    scale4 = f32x4.splat(scale);
  for (; entry < end; entry += 4) {
    const a = rowAt(fixed, indices, entry, end, step, zeros),
      b = rowAt(fixed, indices, entry + 1, end, step, zeros),
      c = rowAt(fixed, indices, entry + 2, end, step, zeros),
      d = rowAt(fixed, indices, entry + 3, end, step, zeros);
    let x = f32x4.relaxed_madd(dots4(a, b, c, d, v, step), scale4, target4);
    if (weights) x = f32x4.mul(x, v128.load(weights + (entry << 2)));
    add4(a, b, c, d, x, out, step);
  }
}

/** out = scale (gram + ridge I) v. */
export function timesGram(gram: usize, ridge: f32, scale: f32, v: usize, out: usize, step: usize): void {
  combine(v, scale * ridge, v, 0, out, step);
  const scale4 = f32x4.splat(scale);
  for (let k: usize = 0; k < step; k += 16) {
    const row = gram + (k >> 2) * step;
    add4(row, row + step, row + 2 * step, row + 3 * step, f32x4.mul(v128.load(v + k), scale4), out, step);
  }
}
