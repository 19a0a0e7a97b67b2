// asc: --importMemory --sharedMemory --maximumMemory 65536 --enable threads --enable relaxed-simd
// What subspace iteration on a sparse matrix is made of, in float64, for trainer/adapter/pool.ts: addresses are in bytes, nothing allocates. Blocks of
// vectors are row-major [rows x width], width a multiple of 16; trainer/candidate/subspace.ts says what they make.

/** Bytes of 16 float64. */
const chunkBytes: usize = 128;
/** Rows of a block whose products are summed before the next: they stay in the second-level cache. */
const panelRows: i32 = 32;

/** First free address. */
export function base(): usize {
  return (__heap_base + 63) & ~63;
}

/** Rows first to end of out = scale * sparse * x + keep * now + past * out; the sparse matrix is offsets, indices (int32) and values (float64). */
export function apply(
  first: i32,
  end: i32,
  scratch: usize,
  offsets: usize,
  indices: usize,
  values: usize,
  x: usize,
  width: i32,
  out: usize,
  scale: f64,
  now: usize,
  keep: f64,
  past: f64,
): void {
  const step: usize = (<usize>width) << 3;
  for (let row = first; row < end; row++) {
    const from: usize = load<u32>(offsets + ((<usize>row) << 2));
    const to: usize = load<u32>(offsets + ((<usize>row) << 2), 4);
    const line = out + step * row;
    const other = now + step * row;
    for (let c: usize = 0; c < step; c += chunkBytes) {
      let s0 = f64x2.splat(0),
        s1 = s0,
        s2 = s0,
        s3 = s0,
        s4 = s0,
        s5 = s0,
        s6 = s0,
        s7 = s0;
      for (let e = from; e < to; e++) {
        const v = v128.load64_splat(values + (e << 3));
        const at = x + step * load<u32>(indices + (e << 2)) + c;
        s0 = f64x2.relaxed_madd(v, v128.load(at), s0);
        s1 = f64x2.relaxed_madd(v, v128.load(at, 16), s1);
        s2 = f64x2.relaxed_madd(v, v128.load(at, 32), s2);
        s3 = f64x2.relaxed_madd(v, v128.load(at, 48), s3);
        s4 = f64x2.relaxed_madd(v, v128.load(at, 64), s4);
        s5 = f64x2.relaxed_madd(v, v128.load(at, 80), s5);
        s6 = f64x2.relaxed_madd(v, v128.load(at, 96), s6);
        s7 = f64x2.relaxed_madd(v, v128.load(at, 112), s7);
      }
      mix(line + c, s0, scale, other + c, keep, past);
      mix(line + c + 16, s1, scale, other + c + 16, keep, past);
      mix(line + c + 32, s2, scale, other + c + 32, keep, past);
      mix(line + c + 48, s3, scale, other + c + 48, keep, past);
      mix(line + c + 64, s4, scale, other + c + 64, keep, past);
      mix(line + c + 80, s5, scale, other + c + 80, keep, past);
      mix(line + c + 96, s6, scale, other + c + 96, keep, past);
      mix(line + c + 112, s7, scale, other + c + 112, keep, past);
    }
  }
}

/** out = scale * sum + keep * now + past * out. */
function mix(out: usize, sum: v128, scale: f64, now: usize, keep: f64, past: f64): void {
  const kept = f64x2.add(f64x2.mul(v128.load(now), f64x2.splat(keep)), f64x2.mul(v128.load(out), f64x2.splat(past)));
  v128.store(out, f64x2.add(f64x2.mul(sum, f64x2.splat(scale)), kept));
}

/** Partial number first / chunk of `partials`, each [width x width] = upper triangle, in whole 4 x 4 tiles, of the sum of x x^T over rows first to end. */
export function gram(first: i32, end: i32, scratch: usize, x: usize, width: i32, partials: usize, chunk: i32): void {
  const step: usize = (<usize>width) << 3;
  const out = partials + step * width * (first / chunk);
  memory.fill(out, 0, step * width);
  for (let row = first; row < end; row += panelRows) {
    const rows = x + step * row;
    const n = min(panelRows, end - row);
    for (let i: usize = 0; i < step; i += 32)
      for (let j = i; j < step; j += 32) tile(rows + i, step, rows + j, step, n, out + i * width + j, step);
  }
}

/** Rows 4 first to 4 end of x = x * t, in place; t lies in panels of 4 columns, each [width x 4]. Scratch: 4 rows. Rows of x are padded to a multiple of 4. */
export function times(first: i32, end: i32, scratch: usize, x: usize, width: i32, t: usize): void {
  const step: usize = (<usize>width) << 3;
  for (let block = first; block < end; block++) {
    const rows = x + step * 4 * block;
    // Transposed into scratch: value k of the four rows side by side.
    for (let r: usize = 0; r < 4; r++)
      for (let k: usize = 0; k < <usize>width; k++)
        store<f64>(scratch + (k << 5) + (r << 3), load<f64>(rows + step * r + (k << 3)));
    memory.fill(rows, 0, step * 4);
    for (let j: usize = 0; j < step; j += 32) tile(scratch, 32, t + j * width, 32, width, rows + j, step);
  }
}

/** c [4 x 4] += a [n x 4]^T b [n x 4]. */
function tile(a: usize, aStep: usize, b: usize, bStep: usize, n: i32, c: usize, cStep: usize): void {
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
  for (let i: i32 = 0; i < n; i++, a += aStep, b += bStep) {
    const low = v128.load(b);
    const high = v128.load(b, 16);
    let v = v128.load64_splat(a);
    s00 = f64x2.relaxed_madd(v, low, s00);
    s01 = f64x2.relaxed_madd(v, high, s01);
    v = v128.load64_splat(a, 8);
    s10 = f64x2.relaxed_madd(v, low, s10);
    s11 = f64x2.relaxed_madd(v, high, s11);
    v = v128.load64_splat(a, 16);
    s20 = f64x2.relaxed_madd(v, low, s20);
    s21 = f64x2.relaxed_madd(v, high, s21);
    v = v128.load64_splat(a, 24);
    s30 = f64x2.relaxed_madd(v, low, s30);
    s31 = f64x2.relaxed_madd(v, high, s31);
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
