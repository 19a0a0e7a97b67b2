// Causal dot-product attention (Vaswani et al. 2017) of packed sequences: tokens of sequence s are rows starts[s] to starts[s + 1].
// Queries, keys and values lie in one row: [query | key | value], each `heads` vectors of `width` float32. A token sees itself and what is before.
import { kept } from './_dropout';
import { inner } from './_lanes';
import { multiply, packBytes, turn } from './_matrix';
import { exponentials } from './_softmax';

const padded = (n: i32): i32 => (n + 7) & ~7;

/** Of one head, into `weights` [length x padded(length)]: softmax of the scaled products; what a token does not see is 0. */
function attend(q: usize, k: usize, step: usize, length: i32, width: i32, turned: usize, weights: usize, scratch: usize): void {
  const rowStep: usize = (<usize>padded(length)) << 2;
  const scale = f32x4.splat(1 / sqrt<f32>(<f32>width));
  memory.fill(turned, 0, rowStep * width);
  turn(k, step, length, width, turned, rowStep);
  for (let j = 0; j < length; j += 8) {
    const at = weights + rowStep * j + (j << 2);
    multiply<i32>(q + step * j, step, length - j, width, turned + (j << 2), rowStep, 8, 0, 0, at, rowStep, scratch);
  }
  for (let r = 0; r < length; r++) {
    const row = weights + rowStep * r;
    const seen: usize = (<usize>(r + 1)) << 2,
      whole = (seen + 15) & ~15;
    for (let c: usize = 0; c < whole; c += 16) v128.store(row + c, f32x4.mul(v128.load(row + c), scale));
    for (let c = seen; c < whole; c += 4) store<f32>(row + c, -Infinity);
    const share = f32x4.splat(1 / exponentials(row, whole, scratch));
    for (let c: usize = 0; c < whole; c += 16) v128.store(row + c, f32x4.mul(v128.load(row + c), share));
    memory.fill(row + whole, 0, rowStep - whole);
  }
}

/** What dropout keeps of the weights of row r; seeds differ by sequence and head. */
function drop(from: usize, to: usize, r: i32, rowStep: usize, rate: f32, seed: i32): void {
  const whole: usize = (((<usize>(r + 1)) << 2) + 15) & ~15;
  const first = r * <i32>(rowStep >> 2);
  for (let c: usize = 0; c < whole; c += 16)
    v128.store(to + c, f32x4.mul(v128.load(from + c), kept(seed, first + <i32>(c >> 2), rate)));
}

/** out[rows of 8] = weights (lower triangle) times values, where `values` rows are `step` apart. */
function mix(
  weights: usize,
  length: i32,
  values: usize,
  step: usize,
  width: i32,
  out: usize,
  outStep: usize,
  scratch: usize,
): void {
  const rowStep: usize = (<usize>padded(length)) << 2;
  for (let r = 0; r < length; r += 8) {
    const rows = min(8, length - r);
    multiply<i32>(weights + rowStep * r, rowStep, rows, r + rows, values, step, width, 0, 0, out + outStep * r, outStep, scratch);
  }
}

/** out[rows of 8] = weights^T (upper triangle) times values. */
function mixBack(
  weights: usize,
  length: i32,
  values: usize,
  step: usize,
  width: i32,
  out: usize,
  outStep: usize,
  scratch: usize,
): void {
  const rowStep: usize = (<usize>padded(length)) << 2;
  for (let c = 0; c < length; c += 8) {
    const rows = min(8, length - c);
    const at = weights + rowStep * c + (c << 2);
    multiply<u32>(at, rowStep, rows, length - c, values + step * c, step, width, 0, 0, out + outStep * c, outStep, scratch);
  }
}

const headSeed = (seed: i32, sequence: i32, head: i32): i32 => seed + sequence * 0x9e3779b1 + head * 0x85ebca6b;

/** Sequences first to end. Scratch: packBytes + 4 padded(longest) (width + longest). */
export function attention(
  first: i32,
  end: i32,
  scratch: usize,
  starts: usize,
  qkv: usize,
  heads: i32,
  width: i32,
  out: usize,
  rate: f32,
  seed: i32,
): void {
  const outStep: usize = (<usize>(heads * width)) << 2,
    step = outStep * 3;
  for (let s = first; s < end; s++) {
    const from = load<i32>(starts + ((<usize>s) << 2));
    const length = load<i32>(starts + ((<usize>s) << 2), 4) - from;
    if (length <= 0) continue;
    const rowStep: usize = (<usize>padded(length)) << 2;
    const turned = scratch + packBytes,
      weights = turned + rowStep * width;
    for (let h = 0; h < heads; h++) {
      const at: usize = (<usize>(h * width)) << 2;
      const q = qkv + step * from + at;
      attend(q, q + outStep, step, length, width, turned, weights, scratch);
      if (rate > 0)
        for (let r = 0; r < length; r++)
          drop(weights + rowStep * r, weights + rowStep * r, r, rowStep, rate, headSeed(seed, s, h));
      mix(weights, length, q + outStep + outStep, step, width, out + outStep * from + at, outStep, scratch);
    }
  }
}

/** dQkv of sequences first to end from the gradient of `out`. Scratch: packBytes + 4 padded(longest) (width + 3 longest). */
export function attentionBack(
  first: i32,
  end: i32,
  scratch: usize,
  starts: usize,
  qkv: usize,
  heads: i32,
  width: i32,
  gradient: usize,
  dQkv: usize,
  rate: f32,
  seed: i32,
): void {
  const outStep: usize = (<usize>(heads * width)) << 2,
    step = outStep * 3;
  const scale = f32x4.splat(1 / sqrt<f32>(<f32>width));
  for (let s = first; s < end; s++) {
    const from = load<i32>(starts + ((<usize>s) << 2));
    const length = load<i32>(starts + ((<usize>s) << 2), 4) - from;
    if (length <= 0) continue;
    const rowStep: usize = (<usize>padded(length)) << 2;
    const turned = scratch + packBytes,
      weights = turned + rowStep * width,
      dropped = weights + rowStep * length,
      slopes = dropped + rowStep * length;
    for (let h = 0; h < heads; h++) {
      const at: usize = (<usize>(h * width)) << 2;
      const q = qkv + step * from + at,
        k = q + outStep,
        v = k + outStep;
      const dOut = gradient + outStep * from + at;
      const dQ = dQkv + step * from + at,
        dK = dQ + outStep,
        dV = dK + outStep;
      const own = headSeed(seed, s, h);
      attend(q, k, step, length, width, turned, weights, scratch);
      let mixed = weights;
      if (rate > 0) {
        memory.fill(dropped, 0, rowStep * length);
        for (let r = 0; r < length; r++) drop(weights + rowStep * r, dropped + rowStep * r, r, rowStep, rate, own);
        mixed = dropped;
      }
      mixBack(mixed, length, dOut, outStep, width, dV, step, scratch);
      memory.fill(turned, 0, rowStep * width);
      turn(v, step, length, width, turned, rowStep);
      memory.fill(slopes, 0, rowStep * length);
      for (let j = 0; j < length; j += 8) {
        const to = slopes + rowStep * j + (j << 2);
        multiply<i32>(dOut + outStep * j, outStep, length - j, width, turned + (j << 2), rowStep, 8, 0, 0, to, rowStep, scratch);
      }
      for (let r = 0; r < length; r++) {
        const row = slopes + rowStep * r,
          share = weights + rowStep * r;
        if (rate > 0) drop(row, row, r, rowStep, rate, own);
        const mean = f32x4.splat(inner(row, share, rowStep));
        for (let c: usize = 0; c < rowStep; c += 16) {
          const d = f32x4.mul(f32x4.sub(v128.load(row + c), mean), scale);
          v128.store(row + c, f32x4.mul(v128.load(share + c), d));
        }
      }
      mix(slopes, length, k, step, width, dQ, step, scratch);
      mixBack(slopes, length, q, step, width, dK, step, scratch);
    }
  }
}
