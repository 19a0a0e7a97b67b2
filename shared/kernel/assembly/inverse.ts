// asc: --importMemory --sharedMemory --maximumMemory 65536 --enable threads --enable relaxed-simd
// Inverse of a symmetric positive definite matrix in float64 by block sweeps, for trainer/adapter/pool.ts: addresses are in bytes, nothing allocates.
// What is computed is said in ../inverse-plain.ts. The matrix is [n x n] row-major, n a multiple of 64; only blocks on and below the diagonal are read
// and written. Panels are packed: the 4 x 64 values of rows 4t to 4t + 3 lie at t * 2048 bytes, value (row, c) at (4c + row) * 8 within.

const block: i32 = 64;
const tileBytes: usize = 2048;
const rowBytes: usize = 512;
/** Columns of a panel that stay in the cache while rows go by: 64 tiles of 2 kB. */
const columnTiles: i32 = 64;

/** First free address. */
export function base(): usize {
  return (__heap_base + 63) & ~63;
}

/**
 * Cholesky factor of diagonal block k, then its inverse as a full block to `inverse`. A pivot that is not above 0 is reported in `fault` (1), for
 * such a matrix is not positive definite. One call: first 0, end 1. Scratch: 64 x 64 float64.
 */
export function diagonal(
  first: i32,
  end: i32,
  scratch: usize,
  matrix: usize,
  n: i32,
  k: i32,
  inverse: usize,
  fault: usize,
): void {
  const step: usize = (<usize>n) << 3;
  const source = matrix + step * (k * block) + ((<usize>(k * block)) << 3);
  for (let i: i32 = 0; i < block; i++) {
    for (let j: i32 = 0; j <= i; j++) {
      let sum = load<f64>(source + step * i + ((<usize>j) << 3));
      for (let c: i32 = 0; c < j; c++) sum -= at(scratch, i, c) * at(scratch, j, c);
      if (i == j) {
        if (!(sum > 0)) {
          store<i32>(fault, 1);
          return;
        }
        put(scratch, i, i, Math.sqrt(sum));
      } else put(scratch, i, j, sum / at(scratch, j, j));
    }
  }
  // Columns of L^-1 take the upper half's place, transposed: (c, i) holds L^-1(i, c) for i > c; the diagonal holds reciprocals.
  for (let c: i32 = 0; c < block; c++) put(scratch, c, c, 1 / at(scratch, c, c));
  for (let c: i32 = 0; c < block; c++) {
    for (let i = c + 1; i < block; i++) {
      let sum: f64 = at(scratch, i, c) * at(scratch, c, c);
      for (let m = c + 1; m < i; m++) sum += at(scratch, i, m) * at(scratch, c, m);
      put(scratch, c, i, -sum * at(scratch, i, i));
    }
  }
  for (let i: i32 = 0; i < block; i++) {
    for (let j: i32 = 0; j <= i; j++) {
      let sum: f64 = 0;
      for (let m = i; m < block; m++) sum += at(scratch, i, m) * at(scratch, j, m);
      put(inverse, i, j, sum);
      put(inverse, j, i, sum);
    }
  }
}

function at(values: usize, i: i32, j: i32): f64 {
  return load<f64>(values + rowBytes * i + ((<usize>j) << 3));
}

function put(values: usize, i: i32, j: i32, value: f64): void {
  store<f64>(values + rowBytes * i + ((<usize>j) << 3), value);
}

/**
 * Tiles first to end of two packed panels: `panel` = column block k of the matrix (of its lower half, mirrored), `product` = panel times `inverse`, which
 * then takes the column block's place in the matrix; on the diagonal -inverse. Tiles of block k itself are 0 in both, so that `update` leaves it alone.
 */
export function panels(
  first: i32,
  end: i32,
  scratch: usize,
  matrix: usize,
  n: i32,
  k: i32,
  inverse: usize,
  panel: usize,
  product: usize,
): void {
  const step: usize = (<usize>n) << 3;
  const from = k * block;
  for (let tile = first; tile < end; tile++) {
    const row = tile * 4;
    const packed = panel + tileBytes * tile;
    const out = product + tileBytes * tile;
    if (row >= from && row < from + block) {
      memory.fill(packed, 0, tileBytes);
      memory.fill(out, 0, tileBytes);
      for (let r: i32 = 0; r < 4; r++)
        for (let c: i32 = 0; c < block; c++)
          store<f64>(matrix + step * (row + r) + ((<usize>(from + c)) << 3), -at(inverse, row - from + r, c));
      continue;
    }
    const below = row > from;
    for (let r: i32 = 0; r < 4; r++)
      for (let c: i32 = 0; c < block; c++)
        store<f64>(packed + ((<usize>(4 * c + r)) << 3), load<f64>(place(matrix, step, below, row + r, from + c)));
    for (let c: i32 = 0; c < block; c += 2) {
      // Four rows x two columns of the product.
      let a = f64x2.splat(0),
        b = a,
        d = a,
        e = a;
      for (let m: i32 = 0; m < block; m++) {
        const two = v128.load(inverse + rowBytes * m + ((<usize>c) << 3));
        const four = packed + ((<usize>m) << 5);
        a = f64x2.relaxed_madd(v128.load64_splat(four), two, a);
        b = f64x2.relaxed_madd(v128.load64_splat(four, 8), two, b);
        d = f64x2.relaxed_madd(v128.load64_splat(four, 16), two, d);
        e = f64x2.relaxed_madd(v128.load64_splat(four, 24), two, e);
      }
      const left = out + ((<usize>c) << 5);
      v128.store(left, i64x2.shuffle(a, b, 0, 2));
      v128.store(left, i64x2.shuffle(d, e, 0, 2), 16);
      v128.store(left, i64x2.shuffle(a, b, 1, 3), 32);
      v128.store(left, i64x2.shuffle(d, e, 1, 3), 48);
    }
    for (let r: i32 = 0; r < 4; r++)
      for (let c: i32 = 0; c < block; c++)
        store<f64>(place(matrix, step, below, row + r, from + c), load<f64>(out + ((<usize>(4 * c + r)) << 3)));
  }
}

/** Where (row, column) of a symmetric matrix is kept. */
function place(matrix: usize, step: usize, below: bool, row: i32, column: i32): usize {
  return below ? matrix + step * row + ((<usize>column) << 3) : matrix + step * column + ((<usize>row) << 3);
}

/** Matrix -= product * panel^T for tiles of rows first to end, columns up to the diagonal block. */
export function update(first: i32, end: i32, scratch: usize, matrix: usize, n: i32, panel: usize, product: usize): void {
  const step: usize = (<usize>n) << 3;
  // Last tile of the columns that the slice's lowest row needs: through its diagonal block.
  const most = ((end - 1) | 15) + 1;
  for (let from: i32 = 0; from < most; from += columnTiles) {
    for (let tile = first; tile < end; tile++) {
      const to = min(from + columnTiles, (tile | 15) + 1);
      const rows = product + tileBytes * tile;
      const line = matrix + step * (tile * 4);
      for (let column = from; column < to; column++)
        subtract(line + ((<usize>column) << 5), step, rows, panel + tileBytes * column);
    }
  }
}

/** The 4 x 4 values at `out` -= rows times columns^T, of packed tiles. */
function subtract(out: usize, step: usize, rows: usize, columns: usize): void {
  const second = out + step,
    third = second + step,
    fourth = third + step;
  let a0 = v128.load(out),
    a1 = v128.load(out, 16),
    b0 = v128.load(second),
    b1 = v128.load(second, 16),
    c0 = v128.load(third),
    c1 = v128.load(third, 16),
    d0 = v128.load(fourth),
    d1 = v128.load(fourth, 16);
  for (let at: usize = 0; at < tileBytes; at += 32) {
    const low = v128.load(columns + at);
    const high = v128.load(columns + at, 16);
    const a = v128.load64_splat(rows + at);
    a0 = f64x2.relaxed_nmadd(a, low, a0);
    a1 = f64x2.relaxed_nmadd(a, high, a1);
    const b = v128.load64_splat(rows + at, 8);
    b0 = f64x2.relaxed_nmadd(b, low, b0);
    b1 = f64x2.relaxed_nmadd(b, high, b1);
    const c = v128.load64_splat(rows + at, 16);
    c0 = f64x2.relaxed_nmadd(c, low, c0);
    c1 = f64x2.relaxed_nmadd(c, high, c1);
    const d = v128.load64_splat(rows + at, 24);
    d0 = f64x2.relaxed_nmadd(d, low, d0);
    d1 = f64x2.relaxed_nmadd(d, high, d1);
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(second, b0);
  v128.store(second, b1, 16);
  v128.store(third, c0);
  v128.store(third, c1, 16);
  v128.store(fourth, d0);
  v128.store(fourth, d1, 16);
}
