/**
 * Rows first to end of 64 parameters: AdamW (Loshchilov and Hutter 2019) on the sum of the slices' gradients times `scale`, added in order of slices, and
 * the moving average of the parameters (Polyak and Juditsky 1992). `rate` has the correction of the first moment in it, `second` corrects the
 * second; rows before `decayed` lose the share `decay` of themselves.
 */
export function adamAverage(
  first: i32,
  end: i32,
  scratch: usize,
  x: usize,
  gradients: usize,
  gradientStep: usize,
  slices: i32,
  mean: usize,
  square: usize,
  average: usize,
  scale: f32,
  rate: f32,
  second: f32,
  decayed: i32,
  decay: f32,
  follow: f32,
): void {
  const s = f32x4.splat(second),
    e = f32x4.splat(1e-8),
    minus = f32x4.splat(-rate),
    by = f32x4.splat(scale),
    rest = f32x4.splat(1 - follow);
  for (let r = first; r < end; r++) {
    const keep = f32x4.splat(r < decayed ? 1 - decay : 1);
    const to: usize = (<usize>(r + 1)) << 8;
    for (let k: usize = (<usize>r) << 8; k < to; k += 16) {
      let slope = v128.load(gradients + k);
      for (let g = 1, at = gradients + gradientStep + k; g < slices; g++, at += gradientStep)
        slope = f32x4.add(slope, v128.load(at));
      slope = f32x4.mul(slope, by);
      const m = f32x4.relaxed_madd(v128.load(mean + k), f32x4.splat(0.9), f32x4.mul(slope, f32x4.splat(0.1)));
      const v = f32x4.relaxed_madd(
        v128.load(square + k),
        f32x4.splat(0.999),
        f32x4.mul(f32x4.mul(slope, slope), f32x4.splat(0.001)),
      );
      v128.store(mean + k, m);
      v128.store(square + k, v);
      const move = f32x4.div(m, f32x4.add(f32x4.sqrt(f32x4.mul(v, s)), e));
      const next = f32x4.relaxed_madd(minus, move, f32x4.mul(v128.load(x + k), keep));
      v128.store(x + k, next);
      v128.store(average + k, f32x4.relaxed_madd(f32x4.sub(next, v128.load(average + k)), rest, v128.load(average + k)));
    }
  }
}
