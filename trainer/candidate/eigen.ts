export interface Eigen {
  /** Descending. */
  readonly values: Float64Array;
  /** [n x n], row-major: column c belongs to value c. */
  readonly vectors: Float64Array;
}

/** QL converges in two or three steps a value. */
const mostSteps = 60;

/**
 * Eigenvalues and orthonormal eigenvectors of a symmetric matrix [n x n]: Householder reflections to tridiagonal form, then implicit QL steps (Golub and
 * Van Loan, 8.3). O(n^3), some ten times less than by Jacobi rotations. Everything runs over rows: eigenvectors are rows until the end.
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice();
  const { diagonal, beside, reflections } = tridiagonal(a, n);
  const rows = new Float64Array(n * n);
  for (let i = 0; i < n; i++) rows[i * n + i] = 1;
  solveTridiagonal(diagonal, beside, rows, n);
  for (let k = n - 3; k >= 0; k--) reflectRows(rows, reflections.subarray(k * n, (k + 1) * n), n, k + 1);
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => (diagonal[j] as number) - (diagonal[i] as number) || i - j);
  const vectors = new Float64Array(n * n);
  for (const [c, i] of order.entries()) for (let k = 0; k < n; k++) vectors[k * n + c] = rows[i * n + k] as number;
  return { values: Float64Array.from(order, (i) => diagonal[i] as number), vectors };
}

/** T = H A H with H the product of reflections I - v v^T, v [n] in row k of `reflections`, zeros up to k. Overwrites a. */
function tridiagonal(a: Float64Array, n: number) {
  const reflections = new Float64Array(n * n);
  const [diagonal, beside, w] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < n; k++) {
    diagonal[k] = a[k * n + k] as number;
    const v = reflections.subarray(k * n, (k + 1) * n);
    let size = 0;
    for (let j = k + 1; j < n; j++) size += (a[k * n + j] as number) ** 2;
    const head = a[k * n + k + 1] as number;
    // A row that is tridiagonal already is not reflected: v stays zero.
    if (k >= n - 2 || size - head * head <= Number.MIN_VALUE) {
      if (k < n - 1) beside[k] = head;
      continue;
    }
    const length = Math.sqrt(size);
    const turned = head > 0 ? -length : length;
    beside[k] = turned;
    // |v|^2 = 2: H = I - v v^T.
    const scale = 1 / Math.sqrt(length * (length + Math.abs(head)));
    v[k + 1] = (head - turned) * scale;
    for (let j = k + 2; j < n; j++) v[j] = (a[k * n + j] as number) * scale;
    reflectBoth(a, v, w, n, k + 1);
  }
  return { diagonal, beside, reflections };
}

/** A := (I - v v^T) A (I - v v^T) from `first` on, as A - v w^T - w v^T with w = A v - v (v . A v) / 2. */
function reflectBoth(a: Float64Array, v: Float64Array, w: Float64Array, n: number, first: number): void {
  let inner = 0;
  for (let i = first; i < n; i++) {
    let sum = 0;
    for (let j = first; j < n; j++) sum += (a[i * n + j] as number) * (v[j] as number);
    w[i] = sum;
    inner += sum * (v[i] as number);
  }
  for (let i = first; i < n; i++) w[i] = (w[i] as number) - (inner / 2) * (v[i] as number);
  for (let i = first; i < n; i++) {
    const vi = v[i] as number;
    const wi = w[i] as number;
    const row = i * n;
    for (let j = first; j < n; j++) a[row + j] = (a[row + j] as number) - vi * (w[j] as number) - wi * (v[j] as number);
  }
}

/** Every row r := r (I - v v^T). */
function reflectRows(rows: Float64Array, v: Float64Array, n: number, first: number): void {
  for (let row = 0; row < n * n; row += n) {
    let sum = 0;
    for (let j = first; j < n; j++) sum += (rows[row + j] as number) * (v[j] as number);
    if (sum !== 0) for (let j = first; j < n; j++) rows[row + j] = (rows[row + j] as number) - sum * (v[j] as number);
  }
}

/** Implicit QL with Wilkinson's shift: the diagonal becomes the eigenvalues, rows turn along. @param e [n] beside the diagonal, is used up. */
function solveTridiagonal(d: Float64Array, e: Float64Array, rows: Float64Array, n: number): void {
  for (let l = 0; l < n; l++) {
    for (let step = 0; step < mostSteps; step++) {
      let m = l;
      for (; m < n - 1; m++)
        if (Math.abs(e[m] as number) <= Number.EPSILON * (Math.abs(d[m] as number) + Math.abs(d[m + 1] as number))) break;
      if (m === l) break;
      const [dl, el] = [d[l] as number, e[l] as number];
      const ratio = ((d[l + 1] as number) - dl) / (2 * el);
      let g = (d[m] as number) - dl + el / (ratio + Math.sign(ratio || 1) * Math.hypot(ratio, 1));
      let [s, c, p] = [1, 1, 0];
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * (e[i] as number);
        const b = c * (e[i] as number);
        const r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1] = (d[i + 1] as number) - p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = (d[i + 1] as number) - p;
        const turn = ((d[i] as number) - g) * s + 2 * c * b;
        p = s * turn;
        d[i + 1] = g + p;
        g = c * turn - b;
        turnRows(rows, i * n, n, c, s);
      }
      if (i >= l) continue;
      d[l] = (d[l] as number) - p;
      e[l] = g;
      e[m] = 0;
    }
  }
}

/** Turns the row at `at` and the one after it. */
function turnRows(rows: Float64Array, at: number, n: number, c: number, s: number): void {
  for (let k = at; k < at + n; k++) {
    const upper = rows[k] as number;
    const lower = rows[k + n] as number;
    rows[k + n] = s * upper + c * lower;
    rows[k] = c * upper - s * lower;
  }
}
