import { tile } from './_float';

/**
 * Solves A x = b in place of b. Of a [width x width], `step` bytes a row, the upper triangle is read and becomes U with A = U^T U; `inverse` [width]
 * takes 1 / U[k, k]. A pivot that is not above the rounding error of its diagonal counts as infinite: x is 0 there.
 * Left-looking by four rows, so that nearly all work is in tiles with long inner loops.
 */
export function choleskySolve(a: usize, step: usize, width: i32, b: usize, inverse: usize): void {
  const end: usize = (<usize>width) << 2;
  for (let i = 0; i < width; i += 4) {
    const rows = a + step * i;
    const from: usize = (<usize>i) << 2;
    // The diagonal as it was tells how much of it is rounding error once the rows above are taken off.
    const d0 = load<f32>(rows + from),
      d1 = load<f32>(rows + step + from + 4),
      d2 = load<f32>(rows + 2 * step + from + 8),
      d3 = load<f32>(rows + 3 * step + from + 12);
    if (i > 0) for (let j: usize = from & ~31; j < end; j += 32) tile<i32>(a + from, step, a + j, step, i, rows + j, step);
    eliminate(rows, step, from, end, 0, d0, inverse);
    eliminate(rows, step, from, end, 1, d1, inverse);
    eliminate(rows, step, from, end, 2, d2, inverse);
    eliminate(rows, step, from, end, 3, d3, inverse);
  }
  // U^T y = b
  for (let k: usize = 0; k < end; k += 4) {
    const y = load<f32>(b + k) * load<f32>(inverse + k);
    const y4 = f32x4.splat(y);
    const row = a + step * (k >> 2);
    for (let j: usize = k & ~15; j < end; j += 16)
      v128.store(b + j, f32x4.relaxed_nmadd(v128.load(row + j), y4, v128.load(b + j)));
    store<f32>(b + k, y);
  }
  // U x = y
  for (let k: usize = end; k > 0; ) {
    k -= 4;
    const y = load<f32>(b + k);
    store<f32>(b + k, 0);
    const row = a + step * (k >> 2);
    let sum = f32x4.splat(0);
    for (let j: usize = k & ~15; j < end; j += 16) sum = f32x4.relaxed_madd(v128.load(row + j), v128.load(b + j), sum);
    const total =
      f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
    store<f32>(b + k, (y - total) * load<f32>(inverse + k));
  }
}

/** Row r of four becomes a row of U, and is taken off those of the four that are below it. */
function eliminate(rows: usize, step: usize, from: usize, end: usize, r: i32, before: f32, inverse: usize): void {
  const row = rows + step * r;
  const at = from + ((<usize>r) << 2);
  const pivot = load<f32>(row + at);
  const scale: f32 = pivot > before * 1e-6 ? 1 / sqrt<f32>(pivot) : 0;
  store<f32>(inverse + at, scale);
  for (let j = from; j < at; j += 4) store<f32>(row + j, 0);
  const scale4 = f32x4.splat(scale);
  for (let j = from; j < end; j += 16) v128.store(row + j, f32x4.mul(v128.load(row + j), scale4));
  for (let below = r + 1; below < 4; below++) {
    const other = rows + step * below;
    const u4 = v128.load32_splat(row + from + ((<usize>below) << 2));
    for (let j = from; j < end; j += 16) v128.store(other + j, f32x4.relaxed_nmadd(v128.load(row + j), u4, v128.load(other + j)));
  }
}
