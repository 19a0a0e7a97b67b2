import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainGram, plainSolve } from '../kernel/als-plain.ts';
import { plainInverse } from '../kernel/inverse-plain.ts';
import { foldIn } from './fold-in.ts';

test('is the least squares of the whole system', () => {
  const value = fc.double({ min: -2, max: 2, noNaN: true });
  const problems = fc.integer({ min: 1, max: 9 }).chain((dim) =>
    fc.record({
      dim: fc.constant(dim),
      factors: fc.array(value, { minLength: 6 * dim, maxLength: 6 * dim }),
      weights: fc.array(fc.double({ min: 0.01, max: 4, noNaN: true }), { maxLength: 12 }),
      ridge: fc.constantFrom(0.1, 3),
    }),
  );
  fc.assert(
    fc.property(problems, ({ dim, factors: values, weights, ridge }) => {
      const factors = Float32Array.from(values);
      const matrix = plainGram(factors, dim, 0.2);
      for (let k = 0; k < dim; k++) matrix[k * dim + k]! += ridge;
      const rows = weights.map((_, e) => factors.subarray((e % 6) * dim, ((e % 6) + 1) * dim));
      const found = foldIn(Float32Array.from(plainInverse(matrix, dim)!), rows, weights);
      const right = new Float64Array(dim);
      for (const [e, row] of rows.entries()) {
        for (let k = 0; k < dim; k++) {
          right[k]! += weights[e]! * row[k]!;
          for (let l = 0; l < dim; l++) matrix[k * dim + l]! += weights[e]! * row[k]! * row[l]!;
        }
      }
      for (const [k, expected] of plainSolve(matrix, right).entries())
        expect(Math.abs(found[k]! - expected)).toBeLessThan(1e-3 * (1 + Math.abs(expected)));
    }),
  );
});
