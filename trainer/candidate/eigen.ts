export interface Eigen {
  /** Descending. */
  readonly values: Float64Array;
  /** [n x n], row-major: column c belongs to value c. */
  readonly vectors: Float64Array;
}

const epsilon = 2 ** -52;
/** Of a column's squares beside a greatest entry of 1: far below rounding, and its inverse is finite. */
const leastSquares = 2 ** -1000;
/** Of one eigenvalue; two are enough on average. */
const mostSteps = 60;

/**
 * Eigenvalues and orthonormal eigenvectors of a symmetric matrix [n x n]: Householder's reduction to a tridiagonal matrix (Golub and Van Loan, 8.3.1), then
 * implicit QL steps (EISPACK's tql2; Bowdler, Martin, Reinsch and Wilkinson 1968). Some 6 n^3 operations. Values are exact to rounding of the greatest.
 * @throws RangeError when the matrix is not finite.
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  if (!matrix.every(Number.isFinite)) throw new RangeError('eigen: the matrix is not finite');
  // Squares neither overflow nor vanish when the greatest entry is 1.
  const size = matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const { diagonal, off, rows } = tridiagonal(
    matrix.map((value) => value / size),
    n,
  );
  diagonalise(diagonal, off, rows, n);
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => (diagonal[j] as number) - (diagonal[i] as number) || i - j);
  const vectors = new Float64Array(n * n);
  for (const [c, i] of order.entries()) for (let k = 0; k < n; k++) vectors[k * n + c] = rows[i * n + k] as number;
  return { values: Float64Array.from(order, (i) => size * (diagonal[i] as number)), vectors };
}

interface Tridiagonal {
  readonly diagonal: Float64Array;
  /** off[i] is between i and i + 1; the last is 0. */
  readonly off: Float64Array;
  /** Q^T, row-major, with A = Q T Q^T. */
  readonly rows: Float64Array;
}

/** @param a overwritten. */
function tridiagonal(a: Float64Array, n: number): Tridiagonal {
  const off = new Float64Array(n);
  const betas = new Float64Array(n);
  const w = new Float64Array(n);
  // Column k below the diagonal is turned into a multiple of its first unit vector by I - beta v v^T; v replaces row k right of the diagonal.
  for (let k = 0; k + 1 < n; k++) {
    const v = a.subarray(k * n + k + 1, (k + 1) * n);
    const tail = v.subarray(1).reduce((sum, value) => sum + value * value, 0);
    const first = v[0] as number;
    if (tail < leastSquares) {
      off[k] = first;
      continue;
    }
    const norm = Math.sqrt(first * first + tail);
    const signed = first > 0 ? -norm : norm;
    off[k] = signed;
    v[0] = first - signed;
    const beta = 2 / ((v[0] as number) ** 2 + tail);
    betas[k] = beta;
    let inner = 0;
    for (let i = 0; i < v.length; i++) {
      const row = (k + 1 + i) * n + k + 1;
      let sum = 0;
      for (let j = 0; j < v.length; j++) sum += (a[row + j] as number) * (v[j] as number);
      w[i] = beta * sum;
      inner += (w[i] as number) * (v[i] as number);
    }
    for (let i = 0; i < v.length; i++) w[i] = (w[i] as number) - (beta / 2) * inner * (v[i] as number);
    for (let i = 0; i < v.length; i++) {
      const row = (k + 1 + i) * n + k + 1;
      const [vi, wi] = [v[i] as number, w[i] as number];
      for (let j = 0; j < v.length; j++) a[row + j] = (a[row + j] as number) - vi * (w[j] as number) - wi * (v[j] as number);
    }
  }
  const diagonal = Float64Array.from({ length: n }, (_, i) => a[i * n + i] as number);
  return { diagonal, off: off.map((value) => (value * value < leastSquares ? 0 : value)), rows: transposedQ(a, betas, n) };
}

/** Q^T = (H_0 H_1 ...)^T out of the vectors that `tridiagonal` leaves right of the diagonal. */
function transposedQ(a: Float64Array, betas: Float64Array, n: number): Float64Array {
  const q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) q[i * n + i] = 1;
  // Q^T is made from its columns' end: row i of Q^T times H_k, for k from the last to the first, touches columns beyond k only.
  for (let k = n - 2; k >= 0; k--) {
    const beta = betas[k] as number;
    if (beta === 0) continue;
    const v = a.subarray(k * n + k + 1, (k + 1) * n);
    for (let i = k + 1; i < n; i++) {
      const row = i * n + k + 1;
      let sum = 0;
      for (let j = 0; j < v.length; j++) sum += (q[row + j] as number) * (v[j] as number);
      for (let j = 0; j < v.length; j++) q[row + j] = (q[row + j] as number) - beta * sum * (v[j] as number);
    }
  }
  return q;
}

/** Diagonalises: eigenvalues replace the diagonal, eigenvectors the rows. */
function diagonalise(d: Float64Array, e: Float64Array, rows: Float64Array, n: number): void {
  let shift = 0;
  let size = 0;
  for (let l = 0; l < n; l++) {
    size = Math.max(size, Math.abs(d[l] as number) + Math.abs(e[l] as number));
    let m = l;
    while (m < n - 1 && Math.abs(e[m] as number) > epsilon * size) m++;
    for (let step = 0; m > l && step < mostSteps && (step === 0 || Math.abs(e[l] as number) > epsilon * size); step++) {
      const g = d[l] as number;
      const el = e[l] as number;
      const half = ((d[l + 1] as number) - g) / (2 * el);
      const root = half < 0 ? -Math.hypot(half, 1) : Math.hypot(half, 1);
      d[l] = el / (half + root);
      d[l + 1] = el * (half + root);
      const next = d[l + 1] as number;
      const moved = g - (d[l] as number);
      for (let i = l + 2; i < n; i++) d[i] = (d[i] as number) - moved;
      shift += moved;
      let p = d[m] as number;
      let [c, c2, c3, s, s2] = [1, 1, 1, 0, 0];
      const beyond = e[l + 1] as number;
      for (let i = m - 1; i >= l; i--) {
        c3 = c2;
        c2 = c;
        s2 = s;
        const ei = e[i] as number;
        const di = d[i] as number;
        const r = Math.hypot(p, ei);
        const [ce, cp] = [c * ei, c * p];
        e[i + 1] = s * r;
        s = ei / r;
        c = p / r;
        p = c * di - s * ce;
        d[i + 1] = cp + s * (c * ce + s * di);
        turn(rows, i * n, (i + 1) * n, n, c, s);
      }
      p = (-s * s2 * c3 * beyond * (e[l] as number)) / next;
      e[l] = s * p;
      d[l] = c * p;
    }
    d[l] = (d[l] as number) + shift;
    e[l] = 0;
  }
}

/** Turns two rows in their plane. */
function turn(rows: Float64Array, a: number, b: number, n: number, c: number, s: number): void {
  for (let k = 0; k < n; k++) {
    const x = rows[a + k] as number;
    const y = rows[b + k] as number;
    rows[b + k] = s * x + c * y;
    rows[a + k] = c * x - s * y;
  }
}
