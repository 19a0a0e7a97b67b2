/**
 * Least squares of one row of implicit alternating least squares, in plain TypeScript and float64: the reference of assembly/als.ts.
 *
 *   (sum over entries of weight f f^T + gram + ridge I) x = sum over entries of weight f
 *
 * where f is the row of `fixed` that the entry names, and `gram` the unobserved weight times the sum of f f^T over all rows (Hu, Koren and Volinsky 2008;
 * Rendle et al. 2021, "Revisiting the Performance of iALS").
 */
export interface RowSystem {
  /** [rows x rank], row-major. */
  readonly fixed: Float32Array | Float64Array;
  readonly rank: number;
  /** Rows of `fixed`, one per entry. */
  readonly indices: ArrayLike<number>;
  /** One per entry. */
  readonly weights: ArrayLike<number>;
  /** [rank x rank]. */
  readonly gram: Float64Array;
  readonly ridge: number;
}

/** weight * sum of f f^T over the rows of factors [rows x rank]. */
export function plainGram(factors: Float32Array | Float64Array, rank: number, weight: number): Float64Array {
  const gram = new Float64Array(rank * rank);
  for (let at = 0; at < factors.length; at += rank) {
    for (let k = 0; k < rank; k++) {
      const value = weight * (factors[at + k] as number);
      for (let l = 0; l < rank; l++) gram[k * rank + l] = (gram[k * rank + l] as number) + value * (factors[at + l] as number);
    }
  }
  return gram;
}

/** `steps` steps of conjugate gradient from x [rank], in place. */
export function plainConjugateGradient(system: RowSystem, x: Float64Array, steps: number): void {
  const { matrix, right } = assemble(system);
  const residual = times(matrix, x).map((value, k) => (right[k] as number) - value);
  const direction = residual.slice();
  let squared = inner(residual, residual);
  for (let step = 0; step < steps && squared > 1e-20; step++) {
    const product = times(matrix, direction);
    const length = squared / inner(direction, product);
    for (let k = 0; k < x.length; k++) {
      x[k] = (x[k] as number) + length * (direction[k] as number);
      residual[k] = (residual[k] as number) - length * (product[k] as number);
    }
    const next = inner(residual, residual);
    for (let k = 0; k < x.length; k++) direction[k] = (residual[k] as number) + (next / squared) * (direction[k] as number);
    squared = next;
  }
}

/**
 * One pass of block coordinate descent over x [rank], in place: coordinates 0 to block, then block to 2 block, ..., each solved exactly given the others
 * (Rendle et al. 2021, "iALS++: Speeding up Matrix Factorization with Subspace Optimization"). A block of the whole rank is the exact solution.
 */
export function plainCoordinateBlocks(system: RowSystem, x: Float64Array, block: number): void {
  const { rank } = system;
  const { matrix, right } = assemble(system);
  for (let from = 0; from < rank; from += block) {
    const width = Math.min(block, rank - from);
    const residual = times(matrix, x).map((value, k) => (right[k] as number) - value);
    const part = Float64Array.from({ length: width * width }, (_, at) => {
      return matrix[(from + Math.floor(at / width)) * rank + from + (at % width)] as number;
    });
    const change = plainSolve(part, residual.slice(from, from + width));
    for (let k = 0; k < width; k++) x[from + k] = (x[from + k] as number) + (change[k] as number);
  }
}

/**
 * x with A x = b for a symmetric, positive semi-definite A [n x n] by Cholesky; both are left as they are. A pivot that is nothing but rounding error
 * of its diagonal counts as infinite: x is 0 there.
 */
export function plainSolve(a: Float64Array, b: Float64Array): Float64Array<ArrayBuffer> {
  const n = b.length;
  const lower = new Float64Array(n * n);
  const inverse = new Float64Array(n);
  const x = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j] as number;
      for (let k = 0; k < j; k++) sum -= (lower[i * n + k] as number) * (lower[j * n + k] as number);
      if (j < i) lower[i * n + j] = sum * (inverse[j] as number);
      else inverse[i] = sum > (a[i * n + i] as number) * 1e-12 ? 1 / Math.sqrt(sum) : 0;
    }
    let sum = b[i] as number;
    for (let k = 0; k < i; k++) sum -= (lower[i * n + k] as number) * (x[k] as number);
    x[i] = sum * (inverse[i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i] as number;
    for (let k = i + 1; k < n; k++) sum -= (lower[k * n + i] as number) * (x[k] as number);
    x[i] = sum * (inverse[i] as number);
  }
  return x;
}

function assemble({ fixed, rank, indices, weights, gram, ridge }: RowSystem) {
  const matrix = gram.slice();
  const right = new Float64Array(rank);
  for (let k = 0; k < rank; k++) matrix[k * rank + k] = (matrix[k * rank + k] as number) + ridge;
  for (let e = 0; e < indices.length; e++) {
    const at = (indices[e] as number) * rank;
    for (let k = 0; k < rank; k++) {
      const value = (weights[e] as number) * (fixed[at + k] as number);
      right[k] = (right[k] as number) + value;
      for (let l = 0; l < rank; l++) matrix[k * rank + l] = (matrix[k * rank + l] as number) + value * (fixed[at + l] as number);
    }
  }
  return { matrix, right };
}

const times = (matrix: Float64Array, v: Float64Array): Float64Array =>
  v.map((_, k) => inner(matrix.subarray(k * v.length, (k + 1) * v.length), v));

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number);
  return sum;
}
