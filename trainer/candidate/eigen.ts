export interface Eigen {
  /** Descending. */
  readonly values: Float64Array;
  /** [n x n], row-major: column c belongs to value c. */
  readonly vectors: Float64Array;
}

/** Sweeps until the off-diagonal part is gone: quadratic convergence, six to ten in practice. */
const mostSweeps = 30;
const converged = 1e-26;
/** Of the product of the diagonal, what a squared entry may keep: an angle that rounding would lose. */
const negligible = 1e-30;

/** Eigenvalues and orthonormal eigenvectors of a symmetric matrix [n x n] by cyclic Jacobi rotations (Golub and Van Loan, 8.5). O(n^3) per sweep. */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice();
  const v = new Float64Array(n * n);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  const size = a.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) off += (a[p * n + q] as number) ** 2;
    if (!(off > converged * size)) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort(
    (i, j) => (a[j * n + j] as number) - (a[i * n + i] as number) || i - j,
  );
  const vectors = new Float64Array(n * n);
  // Rows of v are the eigenvectors while rotating, so that a rotation touches two rows and not two columns.
  for (const [c, i] of order.entries()) for (let k = 0; k < n; k++) vectors[k * n + c] = v[i * n + k] as number;
  return { values: Float64Array.from(order, (i) => a[i * n + i] as number), vectors };
}

/** Makes a[p][q] zero; rows of v turn along. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q] as number;
  if (apq * apq <= negligible * Math.abs((a[p * n + p] as number) * (a[q * n + q] as number))) return;
  const theta = ((a[q * n + q] as number) - (a[p * n + p] as number)) / (2 * apq);
  const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(1, theta));
  const c = 1 / Math.hypot(1, t);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    if (k === p || k === q) continue;
    const akp = a[p * n + k] as number;
    const akq = a[q * n + k] as number;
    const kp = c * akp - s * akq;
    const kq = s * akp + c * akq;
    a[p * n + k] = kp;
    a[k * n + p] = kp;
    a[q * n + k] = kq;
    a[k * n + q] = kq;
  }
  a[p * n + p] = (a[p * n + p] as number) - t * apq;
  a[q * n + q] = (a[q * n + q] as number) + t * apq;
  a[p * n + q] = 0;
  a[q * n + p] = 0;
  for (let k = 0; k < n; k++) {
    const vp = v[p * n + k] as number;
    const vq = v[q * n + k] as number;
    v[p * n + k] = c * vp - s * vq;
    v[q * n + k] = s * vp + c * vq;
  }
}
