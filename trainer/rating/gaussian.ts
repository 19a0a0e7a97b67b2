import type { Random } from '../random.ts';

/**
 * Draws from the Gaussian with precision P and mean P^-1 shift: P = L L^T (Cholesky), L y = shift, L^T out = y + e with e standard normal. Mean and
 * noise pass through one back substitution.
 * @param precision [n x n], lower triangle, symmetric positive definite; holds L afterwards.
 * @param shift [n]; overwritten.
 */
export function drawGaussian(precision: Float64Array, shift: Float64Array, out: Float64Array, random: Random): void {
  const n = shift.length;
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j <= i; j++) {
      const other = j * n;
      let sum = precision[row + j] as number;
      for (let k = 0; k < j; k++) sum -= (precision[row + k] as number) * (precision[other + k] as number);
      // Rounding may leave nothing of a pivot that is all but zero.
      precision[row + j] = i === j ? Math.sqrt(Math.max(sum, Number.EPSILON)) : sum / (precision[other + j] as number);
    }
    let sum = shift[i] as number;
    for (let k = 0; k < i; k++) sum -= (precision[row + k] as number) * (shift[k] as number);
    shift[i] = sum / (precision[row + i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = (shift[i] as number) + random.normal();
    for (let k = i + 1; k < n; k++) sum -= (precision[k * n + i] as number) * (out[k] as number);
    out[i] = sum / (precision[i * n + i] as number);
  }
}
