// Steps of optimisers over rows of tables. Row r of `gradients` belongs to row ids[r] of the table (ids 0: to row r); a table's other rows rest.
import { inner } from './_lanes';

/**
 * Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019). `rate` has the correction of the first moment in it, `second` is the
 * factor that corrects the second. Rows that rest keep their moments as they are.
 */
export function adam(
  first: i32,
  end: i32,
  scratch: usize,
  ids: usize,
  table: usize,
  gradients: usize,
  mean: usize,
  square: usize,
  step: usize,
  rate: f32,
  second: f32,
  beta1: f32,
  beta2: f32,
  decay: f32,
): void {
  const b1 = f32x4.splat(beta1),
    b2 = f32x4.splat(beta2),
    c1 = f32x4.splat(1 - beta1),
    c2 = f32x4.splat(1 - beta2);
  const s = f32x4.splat(second),
    e = f32x4.splat(1e-8),
    minus = f32x4.splat(-rate),
    rest = f32x4.splat(1 - decay);
  for (let r = first; r < end; r++) {
    const row: usize = ids ? load<u32>(ids + ((<usize>r) << 2)) : r;
    const x = table + step * row,
      m = mean + step * row,
      v = square + step * row,
      g = gradients + step * r;
    for (let k: usize = 0; k < step; k += 16) {
      const slope = v128.load(g + k);
      const m1 = f32x4.relaxed_madd(v128.load(m + k), b1, f32x4.mul(slope, c1));
      const v1 = f32x4.relaxed_madd(v128.load(v + k), b2, f32x4.mul(f32x4.mul(slope, slope), c2));
      v128.store(m + k, m1);
      v128.store(v + k, v1);
      const move = f32x4.div(m1, f32x4.add(f32x4.sqrt(f32x4.mul(v1, s)), e));
      v128.store(x + k, f32x4.relaxed_madd(minus, move, f32x4.mul(v128.load(x + k), rest)));
    }
  }
}

/** Adagrad (Duchi et al. 2011) with one accumulator a row, the mean of the squared gradient; gradient r counts scales[r] (scales 0: 1). */
export function rowAdagrad(
  first: i32,
  end: i32,
  scratch: usize,
  ids: usize,
  table: usize,
  gradients: usize,
  scales: usize,
  squares: usize,
  step: usize,
  rate: f32,
): void {
  const width = <f32>(step >> 2);
  for (let r = first; r < end; r++) {
    const row: usize = ids ? load<u32>(ids + ((<usize>r) << 2)) : r;
    const x = table + step * row,
      g = gradients + step * r;
    const scale = scales ? load<f32>(scales + ((<usize>r) << 2)) : <f32>1;
    const sum: f32 = load<f32>(squares + (row << 2)) + (scale * scale * inner(g, g, step)) / width;
    if (sum == 0) continue;
    store<f32>(squares + (row << 2), sum);
    const move = f32x4.splat((-rate * scale) / sqrt<f32>(sum));
    for (let k: usize = 0; k < step; k += 16) v128.store(x + k, f32x4.relaxed_madd(v128.load(g + k), move, v128.load(x + k)));
  }
}
