import { describe, expect, test } from 'vitest';
import { plainInverse } from '../../shared/kernel/inverse-plain.ts';
import { createRandom } from '../random.ts';
import { openInversion } from './inverse.ts';

/** X^T X + ridge I of a random X. */
function positiveDefinite(n: number, seed: number, ridge: number): Float64Array {
  const random = createRandom(seed, 'matrix');
  const rows = Array.from({ length: n }, () => Float64Array.from({ length: n }, () => random.normal()));
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) matrix[i * n + j] = rows.reduce((sum, row) => sum + row[i]! * row[j]!, i === j ? ridge : 0);
  return matrix;
}

async function inverseOf(matrix: Float64Array, n: number, threads: number): Promise<Float64Array> {
  const inversion = await openInversion(n, threads);
  try {
    for (let i = 0; i < n; i++) inversion.matrix.set(matrix.subarray(i * n, i * n + i + 1), i * inversion.stride);
    inversion.invert();
    return Float64Array.from({ length: n * n }, (_, e) => -inversion.matrix[Math.floor(e / n) * inversion.stride + (e % n)]!);
  } finally {
    await inversion.close();
  }
}

describe('inverse', () => {
  test.each([1, 2, 63, 64, 65, 200])('of %i rows is that of the plain twin', async (n) => {
    const matrix = positiveDefinite(n, n, 1);
    const expected = plainInverse(matrix, n)!;
    const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const found = await inverseOf(matrix, n, 1);
    expect(Math.max(...found.map((value, e) => Math.abs(value - expected[e]!))) / scale).toBeLessThan(1e-12);
  });

  test('the plain twin times the matrix is the identity', () => {
    const n = 30;
    const matrix = positiveDefinite(n, 7, 1);
    const inverse = plainInverse(matrix, n)!;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += matrix[i * n + k]! * inverse[k * n + j]!;
        expect(sum).toBeCloseTo(i === j ? 1 : 0, 9);
      }
  });

  test('is the same bits on two threads', async () => {
    const matrix = positiveDefinite(150, 3, 0.1);
    expect(await inverseOf(matrix, 150, 2)).toEqual(await inverseOf(matrix, 150, 1));
  });

  test('a matrix that is not positive definite is refused', async () => {
    const matrix = Float64Array.of(1, 0, 0, 0, 1, 2, 0, 2, 1);
    expect(plainInverse(matrix, 3)).toBeUndefined();
    await expect(inverseOf(matrix, 3, 1)).rejects.toThrow(RangeError);
  });
});
