// Layer normalisation (Ba, Kiros and Hinton 2016) of rows of `step` bytes. `stats` holds mean and 1 / deviation of each row.
import { total } from './_lanes';

const epsilon: f32 = 1e-5;

export function layerNorm(
  first: i32,
  end: i32,
  scratch: usize,
  x: usize,
  step: usize,
  gain: usize,
  bias: usize,
  out: usize,
  stats: usize,
): void {
  const width = <f32>(step >> 2);
  for (let r = first; r < end; r++) {
    const row = x + step * r,
      to = out + step * r;
    let sum = f32x4.splat(0);
    for (let k: usize = 0; k < step; k += 16) sum = f32x4.add(sum, v128.load(row + k));
    const mean = total(sum) / width;
    const m = f32x4.splat(mean);
    let squares = f32x4.splat(0);
    for (let k: usize = 0; k < step; k += 16) {
      const d = f32x4.sub(v128.load(row + k), m);
      squares = f32x4.relaxed_madd(d, d, squares);
    }
    const rate: f32 = 1 / sqrt<f32>(total(squares) / width + epsilon);
    store<f32>(stats + ((<usize>r) << 3), mean);
    store<f32>(stats + ((<usize>r) << 3), rate, 4);
    const v = f32x4.splat(rate);
    for (let k: usize = 0; k < step; k += 16) {
      const normal = f32x4.mul(f32x4.sub(v128.load(row + k), m), v);
      v128.store(to + k, f32x4.relaxed_madd(normal, v128.load(gain + k), v128.load(bias + k)));
    }
  }
}

/** dx += the gradient that passes through. */
export function layerNormBack(
  first: i32,
  end: i32,
  scratch: usize,
  x: usize,
  step: usize,
  gain: usize,
  stats: usize,
  gradient: usize,
  dx: usize,
): void {
  const width = <f32>(step >> 2);
  for (let r = first; r < end; r++) {
    const row = x + step * r,
      g = gradient + step * r,
      to = dx + step * r;
    const m = v128.load32_splat(stats + ((<usize>r) << 3)),
      rate = v128.load32_splat(stats + ((<usize>r) << 3), 4);
    let sum = f32x4.splat(0),
      along = f32x4.splat(0);
    for (let k: usize = 0; k < step; k += 16) {
      const d = f32x4.mul(v128.load(g + k), v128.load(gain + k));
      sum = f32x4.add(sum, d);
      along = f32x4.relaxed_madd(d, f32x4.mul(f32x4.sub(v128.load(row + k), m), rate), along);
    }
    const mean = f32x4.splat(total(sum) / width),
      slope = f32x4.splat(total(along) / width);
    for (let k: usize = 0; k < step; k += 16) {
      const normal = f32x4.mul(f32x4.sub(v128.load(row + k), m), rate);
      const d = f32x4.sub(f32x4.sub(f32x4.mul(v128.load(g + k), v128.load(gain + k)), mean), f32x4.mul(normal, slope));
      v128.store(to + k, f32x4.relaxed_madd(d, rate, v128.load(to + k)));
    }
  }
}

/** Groups first to end of 4 columns: gradients of gain and bias over all rows. */
export function layerNormParameters(
  first: i32,
  end: i32,
  scratch: usize,
  x: usize,
  step: usize,
  rows: i32,
  stats: usize,
  gradient: usize,
  dGain: usize,
  dBias: usize,
): void {
  for (let group = first; group < end; group++) {
    const at: usize = (<usize>group) << 4;
    let gain = f32x4.splat(0),
      bias = f32x4.splat(0);
    for (let r = 0; r < rows; r++) {
      const g = v128.load(gradient + step * r + at);
      const m = v128.load32_splat(stats + ((<usize>r) << 3)),
        rate = v128.load32_splat(stats + ((<usize>r) << 3), 4);
      gain = f32x4.relaxed_madd(g, f32x4.mul(f32x4.sub(v128.load(x + step * r + at), m), rate), gain);
      bias = f32x4.add(bias, g);
    }
    v128.store(dGain + at, gain);
    v128.store(dBias + at, bias);
  }
}
