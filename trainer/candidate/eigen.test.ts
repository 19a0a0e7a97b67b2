import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { symmetricEigen } from './eigen.ts';

/** Largest difference of A V from V L, of V^T V from I, in relation to the greatest entry of A. */
function errorsOf(a: Float64Array, n: number): number {
  const { values, vectors } = symmetricEigen(a, n);
  const size = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  let worst = 0;
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < n; c++) {
      let [product, inner] = [0, 0];
      for (let k = 0; k < n; k++) {
        product += a[i * n + k]! * vectors[k * n + c]!;
        inner += vectors[k * n + i]! * vectors[k * n + c]!;
      }
      worst = Math.max(worst, Math.abs(product - values[c]! * vectors[i * n + c]!) / size, Math.abs(inner - (i === c ? 1 : 0)));
    }
  }
  for (let c = 1; c < n; c++) expect(values[c]).toBeLessThanOrEqual(values[c - 1]!);
  return worst;
}

function symmetric(n: number, entry: (i: number, j: number) => number): Float64Array {
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = entry(i, j);
  return a;
}

describe('symmetric eigenvalues', () => {
  test('of random matrices of any size, zeros and repeated values too', () => {
    const matrices = fc.integer({ min: 1, max: 24 }).chain((n) =>
      fc
        .array(fc.oneof(fc.constant(0), fc.integer({ min: -3, max: 3 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })), {
          minLength: n * n,
          maxLength: n * n,
        })
        .map((cells) => ({ n, a: symmetric(n, (i, j) => cells[i * n + j]!) }))
        // Where the greatest entry itself is subnormal, there are no digits to hold an eigenvalue.
        .filter(({ a }) => a.every((value) => value === 0) || a.some((value) => Math.abs(value) > 1e-290)),
    );
    fc.assert(fc.property(matrices, ({ n, a }) => errorsOf(a, n) < 1e-11));
  });

  test('of entries whose squares vanish', () => {
    const tiny = [1.5717277847026288e-162, -5e-324];
    const a = symmetric(5, (i, j) => (i === 3 && j === 0 ? tiny[0]! : i === 4 && j === 2 ? tiny[1]! : 0));
    expect(errorsOf(a, 5)).toBeLessThan(1e-11);
    expect(
      errorsOf(
        symmetric(4, (i, j) => 10 ** (-100 * i - 60 * j)),
        4,
      ),
    ).toBeLessThan(1e-11);
  });

  test('of a Gram matrix whose values span twelve orders of magnitude', () => {
    const n = 80;
    const random = createRandom(3, 'eigen');
    const x = Float64Array.from({ length: 200 * n }, (_, at) => random.normal() * 10 ** ((-6 * (at % n)) / n));
    const a = symmetric(n, (i, j) => {
      let sum = 0;
      for (let r = 0; r < 200; r++) sum += x[r * n + i]! * x[r * n + j]!;
      return sum;
    });
    expect(errorsOf(a, n)).toBeLessThan(1e-12);
  });

  test('of nothing and of what is not finite', () => {
    expect(symmetricEigen(new Float64Array(0), 0).values).toHaveLength(0);
    expect(() => symmetricEigen(Float64Array.of(1, Number.NaN, Number.NaN, 1), 2)).toThrow(RangeError);
  });
});
