// Kernels of dense rankers: what every visitor's browser downloads. What each computes is said in ../rank.ts.
// Addresses are in float32 elements. Nothing here allocates.
import { exp } from './_exp';

/** First free address. */
export function base(): usize {
  return ((__heap_base + 63) >> 6) << 4;
}

function activate(v: v128, activation: i32, slope: f32): v128 {
  if (activation == 1) return f32x4.max(v, f32x4.splat(0));
  if (activation == 2) return v128.bitselect(f32x4.mul(v, f32x4.splat(slope)), v, f32x4.lt(v, f32x4.splat(0)));
  return v;
}

/** Stores `columns` (1 to 8) of eight lanes. */
function store8(at: usize, low: v128, high: v128, columns: i32): void {
  if (columns >= 8) {
    v128.store(at, low);
    v128.store(at, high, 16);
  } else {
    storePart(at, low, high, columns);
  }
}

function storePart(at: usize, low: v128, high: v128, columns: i32): void {
  if (columns >= 4) {
    v128.store(at, low);
    at += 16;
    low = high;
    columns -= 4;
  }
  if (columns > 0) v128.store_lane<f32>(at, low, 0);
  if (columns > 1) v128.store_lane<f32>(at, low, 1, 4);
  if (columns > 2) v128.store_lane<f32>(at, low, 2, 8);
}

/** Blocks of 4 rows x 8 columns in registers; a panel of 8 weight columns stays in the first-level cache for all rows. */
export function dense(
  xAt: usize,
  wAt: usize,
  biasAt: usize,
  outAt: usize,
  rows: i32,
  inner: i32,
  columns: i32,
  wRow: i32,
  wPanel: i32,
  activation: i32,
  slope: f32,
): void {
  const xStep: usize = (<usize>inner) << 2;
  const outStep: usize = (<usize>columns) << 2;
  const wStep: usize = (<usize>wRow) << 2;
  let panel: usize = wAt << 2;
  for (let c: i32 = 0; c < columns; c += 8, panel += (<usize>wPanel) << 2) {
    const width = columns - c;
    let bias0 = f32x4.splat(0);
    let bias1 = bias0;
    if (biasAt) {
      const at = (biasAt + c) << 2;
      bias0 = v128.load(at);
      bias1 = v128.load(at, 16);
    }
    let x: usize = xAt << 2;
    let out: usize = (outAt + c) << 2;
    let r: i32 = 0;
    for (; r + 4 <= rows; r += 4) {
      let a0 = bias0,
        a1 = bias1,
        b0 = bias0,
        b1 = bias1,
        c0 = bias0,
        c1 = bias1,
        d0 = bias0,
        d1 = bias1;
      let w = panel;
      const xB = x + xStep,
        xC = xB + xStep,
        xD = xC + xStep;
      for (let k: usize = 0; k < xStep; k += 4, w += wStep) {
        const w0 = v128.load(w);
        const w1 = v128.load(w, 16);
        let v = v128.load32_splat(x + k);
        a0 = f32x4.add(a0, f32x4.mul(v, w0));
        a1 = f32x4.add(a1, f32x4.mul(v, w1));
        v = v128.load32_splat(xB + k);
        b0 = f32x4.add(b0, f32x4.mul(v, w0));
        b1 = f32x4.add(b1, f32x4.mul(v, w1));
        v = v128.load32_splat(xC + k);
        c0 = f32x4.add(c0, f32x4.mul(v, w0));
        c1 = f32x4.add(c1, f32x4.mul(v, w1));
        v = v128.load32_splat(xD + k);
        d0 = f32x4.add(d0, f32x4.mul(v, w0));
        d1 = f32x4.add(d1, f32x4.mul(v, w1));
      }
      store8(out, activate(a0, activation, slope), activate(a1, activation, slope), width);
      out += outStep;
      store8(out, activate(b0, activation, slope), activate(b1, activation, slope), width);
      out += outStep;
      store8(out, activate(c0, activation, slope), activate(c1, activation, slope), width);
      out += outStep;
      store8(out, activate(d0, activation, slope), activate(d1, activation, slope), width);
      out += outStep;
      x = xD + xStep;
    }
    for (; r < rows; r++) {
      let a0 = bias0,
        a1 = bias1;
      let w = panel;
      for (let k: usize = 0; k < xStep; k += 4, w += wStep) {
        const v = v128.load32_splat(x + k);
        a0 = f32x4.add(a0, f32x4.mul(v, v128.load(w)));
        a1 = f32x4.add(a1, f32x4.mul(v, v128.load(w, 16)));
      }
      store8(out, activate(a0, activation, slope), activate(a1, activation, slope), width);
      out += outStep;
      x += xStep;
    }
  }
}

function unaryOf(operation: i32, v: v128, slope: f32): v128 {
  switch (operation) {
    case 0:
      return f32x4.max(v, f32x4.splat(0));
    case 1:
      return activate(v, 2, slope);
    case 5:
      return f32x4.sqrt(v);
    case 6:
      return f32x4.neg(v);
    case 7:
      return f32x4.abs(v);
    case 8:
      return v128.and(f32x4.ne(v, v), f32x4.splat(1));
  }
  // One exponential for three: e^x, 1 / (1 + e^-x) and 1 - 2 / (1 + e^2x), the last two below 2e-7 in absolute error.
  const e = exp(f32x4.mul(v, f32x4.splat(operation == 2 ? -1 : operation == 3 ? 2 : 1)));
  if (operation == 4) return e;
  const share = f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), e));
  return operation == 2 ? share : f32x4.sub(f32x4.splat(1), f32x4.add(share, share));
}

/** Rounds the count up to whole vectors: every value has its padding. */
export function unary(operation: i32, xAt: usize, outAt: usize, count: i32, slope: f32): void {
  const end: usize = ((<usize>count + 3) >> 2) << 4;
  const x = xAt << 2,
    out = outAt << 2;
  for (let i: usize = 0; i < end; i += 16) v128.store(out + i, unaryOf(operation, v128.load(x + i), slope));
}

function binaryOf(operation: i32, a: v128, b: v128, old: v128): v128 {
  switch (operation) {
    case 0:
      return f32x4.add(a, b);
    case 1:
      return f32x4.sub(a, b);
    case 2:
      return f32x4.mul(a, b);
    case 3:
      return f32x4.div(a, b);
    case 4:
      return a;
    case 5:
      return f32x4.min(a, b);
    case 6:
      return f32x4.max(a, b);
    default:
      return v128.bitselect(b, old, f32x4.ne(a, f32x4.splat(0)));
  }
}

function load4(at: usize, step: i32): v128 {
  return step ? v128.load(at) : v128.load32_splat(at);
}

/** Vectors where both column steps are 0 or 1, single lanes for the rest of a row and for other steps. */
export function binary(
  operation: i32,
  aAt: usize,
  bAt: usize,
  outAt: usize,
  rows: i32,
  columns: i32,
  aRow: i32,
  aColumn: i32,
  bRow: i32,
  bColumn: i32,
  outRow: i32,
): void {
  const whole = <u32>aColumn <= 1 && <u32>bColumn <= 1 ? columns & ~3 : 0;
  for (let r: i32 = 0; r < rows; r++) {
    let a: usize = (aAt + r * aRow) << 2;
    let b: usize = (bAt + r * bRow) << 2;
    let out: usize = (outAt + r * outRow) << 2;
    let c: i32 = 0;
    for (; c < whole; c += 4) {
      v128.store(out, binaryOf(operation, load4(a, aColumn), load4(b, bColumn), v128.load(out)));
      a += aColumn << 4;
      b += bColumn << 4;
      out += 16;
    }
    for (; c < columns; c++) {
      const value = binaryOf(operation, v128.load32_splat(a), v128.load32_splat(b), v128.load32_splat(out));
      v128.store_lane<f32>(out, value, 0);
      a += aColumn << 2;
      b += bColumn << 2;
      out += 4;
    }
  }
}
