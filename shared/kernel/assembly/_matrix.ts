// Matrix products of the neural kernels, float32 with fused multiply-add. Addresses and steps are in bytes; numbers of columns are multiples of 8.
// Every element is a sum over `inner` in ascending order, whichever tile it falls in: results do not depend on how rows are sliced.

/** Rows of b that are packed side by side at a time, so that a panel of 8 columns stays in the first-level cache. */
const panelRows: i32 = 256;
export const packBytes: usize = panelRows << 5;
/** Fewer rows do not earn the packing. */
const leastPackedRows: i32 = 16;
const zeros = memory.data(32, 16);

/** Element (r, k) of a: at a + r aStep + 4 k where T is signed, at a + k aStep + 4 r (transposed) where it is not. */
function tile4<T>(
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  inner: i32,
  start: usize,
  startStep: usize,
  out: usize,
  outStep: usize,
): void {
  let s00 = v128.load(start),
    s01 = v128.load(start, 16);
  start += startStep;
  let s10 = v128.load(start),
    s11 = v128.load(start, 16);
  start += startStep;
  let s20 = v128.load(start),
    s21 = v128.load(start, 16);
  start += startStep;
  let s30 = v128.load(start),
    s31 = v128.load(start, 16);
  if (isSigned<T>()) {
    const a1 = a + aStep,
      a2 = a1 + aStep,
      a3 = a2 + aStep;
    const end: usize = (<usize>inner) << 2;
    for (let k: usize = 0; k < end; k += 4, b += bStep) {
      const low = v128.load(b),
        high = v128.load(b, 16);
      let v = v128.load32_splat(a + k);
      s00 = f32x4.relaxed_madd(v, low, s00);
      s01 = f32x4.relaxed_madd(v, high, s01);
      v = v128.load32_splat(a1 + k);
      s10 = f32x4.relaxed_madd(v, low, s10);
      s11 = f32x4.relaxed_madd(v, high, s11);
      v = v128.load32_splat(a2 + k);
      s20 = f32x4.relaxed_madd(v, low, s20);
      s21 = f32x4.relaxed_madd(v, high, s21);
      v = v128.load32_splat(a3 + k);
      s30 = f32x4.relaxed_madd(v, low, s30);
      s31 = f32x4.relaxed_madd(v, high, s31);
    }
  } else {
    for (let k = 0; k < inner; k++, a += aStep, b += bStep) {
      const low = v128.load(b),
        high = v128.load(b, 16);
      let v = v128.load32_splat(a);
      s00 = f32x4.relaxed_madd(v, low, s00);
      s01 = f32x4.relaxed_madd(v, high, s01);
      v = v128.load32_splat(a, 4);
      s10 = f32x4.relaxed_madd(v, low, s10);
      s11 = f32x4.relaxed_madd(v, high, s11);
      v = v128.load32_splat(a, 8);
      s20 = f32x4.relaxed_madd(v, low, s20);
      s21 = f32x4.relaxed_madd(v, high, s21);
      v = v128.load32_splat(a, 12);
      s30 = f32x4.relaxed_madd(v, low, s30);
      s31 = f32x4.relaxed_madd(v, high, s31);
    }
  }
  v128.store(out, s00);
  v128.store(out, s01, 16);
  out += outStep;
  v128.store(out, s10);
  v128.store(out, s11, 16);
  out += outStep;
  v128.store(out, s20);
  v128.store(out, s21, 16);
  out += outStep;
  v128.store(out, s30);
  v128.store(out, s31, 16);
}

function tile1(a: usize, aStep: usize, b: usize, bStep: usize, inner: i32, start: usize, out: usize): void {
  let low = v128.load(start),
    high = v128.load(start, 16);
  for (let k = 0; k < inner; k++, a += aStep, b += bStep) {
    const v = v128.load32_splat(a);
    low = f32x4.relaxed_madd(v, v128.load(b), low);
    high = f32x4.relaxed_madd(v, v128.load(b, 16), high);
  }
  v128.store(out, low);
  v128.store(out, high, 16);
}

/**
 * out [rows x columns] = start + a b with a [rows x inner] (transposed where T is unsigned) and b [inner x columns]. `start`: 0 for zeros, a row (step 0),
 * or `out` itself. `pack`: packBytes of scratch.
 */
export function multiply<T>(
  a: usize,
  aStep: usize,
  rows: i32,
  inner: i32,
  b: usize,
  bStep: usize,
  columns: i32,
  start: usize,
  startStep: usize,
  out: usize,
  outStep: usize,
  pack: usize,
): void {
  for (let from = 0; from < inner; from += panelRows) {
    const depth = min(panelRows, inner - from);
    const aFrom = isSigned<T>() ? a + (from << 2) : a + aStep * from;
    for (let c: usize = 0; c < (<usize>columns) << 2; c += 32) {
      let panel = b + bStep * from + c;
      let panelStep = bStep;
      if (rows >= leastPackedRows && bStep != 32) {
        for (let k = 0, to = pack; k < depth; k++, to += 32, panel += bStep) {
          v128.store(to, v128.load(panel));
          v128.store(to, v128.load(panel, 16), 16);
        }
        panel = pack;
        panelStep = 32;
      }
      let begin = from > 0 ? out + c : start ? start + c : zeros;
      const beginStep = from > 0 ? outStep : start ? startStep : 0;
      let to = out + c;
      let row = aFrom;
      let r = 0;
      for (; r + 4 <= rows; r += 4, begin += beginStep << 2, to += outStep << 2) {
        tile4<T>(row, aStep, panel, panelStep, depth, begin, beginStep, to, outStep);
        row += isSigned<T>() ? aStep << 2 : 16;
      }
      for (; r < rows; r++, begin += beginStep, to += outStep) {
        tile1(row, isSigned<T>() ? 4 : aStep, panel, panelStep, depth, begin, to);
        row += isSigned<T>() ? aStep : 4;
      }
    }
  }
}

/** to [columns x rows] = a [rows x columns] transposed. */
export function turn(a: usize, aStep: usize, rows: i32, columns: i32, to: usize, toStep: usize): void {
  for (let r = 0; r < rows; r++, a += aStep, to += 4) {
    let at = to;
    for (let c = 0; c < columns; c += 4) {
      const v = v128.load(a + (c << 2));
      v128.store_lane<f32>(at, v, 0);
      at += toStep;
      if (c + 1 < columns) v128.store_lane<f32>(at, v, 1);
      at += toStep;
      if (c + 2 < columns) v128.store_lane<f32>(at, v, 2);
      at += toStep;
      if (c + 3 < columns) v128.store_lane<f32>(at, v, 3);
      at += toStep;
    }
  }
}

/** Rows first to end of out [.. x columns] = bias + a b; bias 0: none; `more`: added to what is there instead. */
export function product(
  first: i32,
  end: i32,
  scratch: usize,
  a: usize,
  aStep: usize,
  inner: i32,
  b: usize,
  bStep: usize,
  columns: i32,
  bias: usize,
  out: usize,
  outStep: usize,
  more: i32,
): void {
  const to = out + outStep * first;
  const start = more ? to : bias;
  multiply<i32>(a + aStep * first, aStep, end - first, inner, b, bStep, columns, start, more ? outStep : 0, to, outStep, scratch);
}

/** Rows first to end of out [inner x columns] = a^T b with a [rows x inner] and b [rows x columns], or added to it. */
export function transposedProduct(
  first: i32,
  end: i32,
  scratch: usize,
  a: usize,
  aStep: usize,
  rows: i32,
  b: usize,
  bStep: usize,
  columns: i32,
  out: usize,
  outStep: usize,
  more: i32,
): void {
  const to = out + outStep * first;
  multiply<u32>(a + (first << 2), aStep, end - first, rows, b, bStep, columns, more ? to : 0, outStep, to, outStep, scratch);
}

/** Columns first to end of out [columns x rows] = rows first to end of a [rows x columns]. */
export function transpose(
  first: i32,
  end: i32,
  scratch: usize,
  a: usize,
  aStep: usize,
  columns: i32,
  out: usize,
  outStep: usize,
): void {
  turn(a + aStep * first, aStep, end - first, columns, out + (first << 2), outStep);
}

/** Groups first to end of 4 columns: out = sum of the rows of a. */
export function columnSums(first: i32, end: i32, scratch: usize, a: usize, aStep: usize, rows: i32, out: usize): void {
  for (let g = first; g < end; g++) {
    let sum = f32x4.splat(0);
    let at = a + (g << 4);
    for (let r = 0; r < rows; r++, at += aStep) sum = f32x4.add(sum, v128.load(at));
    v128.store(out + (g << 4), sum);
  }
}
