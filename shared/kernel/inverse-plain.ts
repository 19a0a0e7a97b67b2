/**
 * Inverse of a symmetric positive definite matrix [n x n], row-major, by its Cholesky factor (Golub and Van Loan, 4.2), in plain TypeScript: the reference
 * of assembly/inverse.ts, which gets to the same by sweeps of blocks of 64 (Dempster 1969): for block k with D = (A_kk)^-1
 *
 *   A_ij -= A_ik D A_kj,   A_ik = A_ik D,   A_kk = -D      (i, j other than k)
 *
 * leaves -A^-1 after all blocks, in n^3 multiplications and additions of which almost all are one symmetric product per block.
 * Only the lower half of `matrix` is read. @returns undefined when the matrix is not positive definite.
 */
export function plainInverse(matrix: Float64Array, n: number): Float64Array | undefined {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j] as number;
      for (let c = 0; c < j; c++) sum -= (factor[i * n + c] as number) * (factor[j * n + c] as number);
      if (i === j && !(sum > 0)) return undefined;
      factor[i * n + j] = i === j ? Math.sqrt(sum) : sum / (factor[j * n + j] as number);
    }
  }
  const inverse = new Float64Array(n * n);
  const column = new Float64Array(n);
  for (let c = 0; c < n; c++) {
    column.fill(0);
    for (let i = c; i < n; i++) {
      let sum = i === c ? 1 : 0;
      for (let m = c; m < i; m++) sum -= (factor[i * n + m] as number) * (column[m] as number);
      column[i] = sum / (factor[i * n + i] as number);
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = column[i] as number;
      for (let m = i + 1; m < n; m++) sum -= (factor[m * n + i] as number) * (column[m] as number);
      column[i] = sum / (factor[i * n + i] as number);
      inverse[i * n + c] = column[i] as number;
    }
  }
  return inverse;
}
