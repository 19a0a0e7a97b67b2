import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { openProduct } from './product.ts';

test('is the inner products, and those of a vector do not depend on the batch', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 33 }), fc.nat(200), async (rows, inner, n) => {
      const random = createRandom(rows, 'product');
      const noise = (length: number) => Float32Array.from({ length }, () => random.normal());
      const [matrix, vectors] = [noise(rows * inner), noise(n * inner)];
      const product = await openProduct(matrix, rows, inner);
      const out = new Float32Array(n * rows);
      product.multiply(vectors, out);
      for (const [at, found] of out.entries()) {
        const [v, r] = [Math.floor(at / rows), at % rows];
        let sum = 0;
        for (let k = 0; k < inner; k++) sum += vectors[v * inner + k]! * matrix[r * inner + k]!;
        if (Math.abs(found - sum) > 1e-4) expect(found).toBe(sum);
      }
      if (n === 0) return;
      const last = new Float32Array(rows);
      product.multiply(vectors.subarray((n - 1) * inner), last);
      expect(last).toEqual(out.slice((n - 1) * rows));
      expect(() => product.multiply(vectors, new Float32Array(n * rows + 1))).toThrow(RangeError);
    }),
    { numRuns: 25 },
  );
});

test('takes more rows than a batch has room for', async () => {
  const rows = 300_000;
  const product = await openProduct(
    Float32Array.from({ length: rows }, (_, r) => r),
    rows,
    1,
  );
  const out = new Float32Array(9 * rows);
  product.multiply(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), out);
  expect(out[9 * rows - 1]).toBe(9 * (rows - 1));
  expect(out[4 * rows + 1]).toBe(5);
});
