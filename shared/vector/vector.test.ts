import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeTable, TableRefused } from '../contract/table.ts';
import { plainScanKernel } from '../kernel/kernel.ts';
import { decodeVectors, encodeVectors, quantise, rowOf } from './table.ts';

/** Deterministic numbers of roughly normal shape. */
function noise(count: number): Float32Array {
  let state = 7;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Float32Array.from({ length: count }, () => next() + next() + next() + next() - 2);
}

const vectors = fc.record({ n: fc.integer({ min: 0, max: 6 }), dim: fc.integer({ min: 1, max: 9 }) }).chain(({ n, dim }) =>
  fc.record({
    n: fc.constant(n),
    dim: fc.constant(dim),
    values: fc.array(fc.float({ min: -1000, max: 1000, noNaN: true }), { minLength: n * dim, maxLength: n * dim }),
  }),
);

test('quantisation is off by at most half a scale, and tables survive their encoding', () => {
  fc.assert(
    fc.property(vectors, ({ n, dim, values }) => {
      const table = quantise(Float32Array.from(values), n, dim);
      for (let row = 0; row < n; row++) {
        const scale = table.scales[row] as number;
        for (const [i, value] of rowOf(table, row).entries()) {
          expect(Math.abs(value - Math.fround(values[row * dim + i] as number))).toBeLessThanOrEqual(scale * 0.5001 + 1e-30);
        }
      }
      expect(decodeVectors(encodeVectors(table))).toEqual(table);
    }),
  );
});

test('what is no vector table is refused', () => {
  const table = quantise(noise(8), 4, 2);
  const other = encodeTable({ kind: 'vectors', meta: { n: 5, dim: 2 }, sections: { data: table.data, scales: table.scales } });
  expect(() => decodeVectors(other)).toThrow(TableRefused);
  expect(() => quantise(noise(8), 3, 2)).toThrow(RangeError);
  expect(() => quantise(Float32Array.of(1, Number.NaN), 1, 2)).toThrow(RangeError);
  expect(() => rowOf(table, 4)).toThrow(RangeError);
});

test('finds 98 of 100 true neighbours by inner product, in order, with scores close to the true ones', () => {
  const [n, dim, k] = [5000, 64, 100];
  const values = noise(n * dim);
  const table = quantise(values, n, dim);
  const kernel = plainScanKernel();
  let found = 0;
  for (let q = 0; q < 5; q++) {
    const query = values.slice(q * dim, (q + 1) * dim);
    const truth = Array.from({ length: n }, (_, row) => {
      let sum = 0;
      for (let i = 0; i < dim; i++) sum += (values[row * dim + i] as number) * (query[i] as number);
      return { row, sum };
    }).sort((a, b) => b.sum - a.sum);
    const result = kernel.search(table, query, k);
    const best = new Set(truth.slice(0, k).map(({ row }) => row));
    found += Array.from(result.ordinals).filter((row) => best.has(row)).length;
    expect(result.ordinals[0]).toBe(q);
    expect(Math.abs((result.scores[0] as number) / (truth[0]?.sum as number) - 1)).toBeLessThan(0.01);
    expect(Array.from(result.scores)).toEqual(Array.from(result.scores).sort((a, b) => b - a));
  }
  expect(found / (5 * k)).toBeGreaterThanOrEqual(0.98);
});

test('a query without a direction finds nothing, one of another size is refused', () => {
  const table = quantise(noise(8), 4, 2);
  const kernel = plainScanKernel();
  expect(kernel.search(table, Float32Array.of(0, 0), 3).ordinals).toHaveLength(0);
  expect(kernel.search(table, Float32Array.of(Number.NaN, 0), 3).ordinals).toHaveLength(0);
  expect(() => kernel.search(table, Float32Array.of(1), 3)).toThrow(RangeError);
});
