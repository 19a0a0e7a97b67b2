import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { queryMaximum, type ScanKernel } from './scan.ts';

/** What every scan kernel does, whatever it is made of. */
export function scanCases(name: string, open: () => ScanKernel | Promise<ScanKernel>): void {
  describe(`scan kernel, ${name}`, async () => {
    const kernel = await open();

    const inputs = fc
      .record({ n: fc.integer({ min: 0, max: 40 }), dim: fc.integer({ min: 1, max: 40 }), k: fc.integer({ min: 0, max: 45 }) })
      .chain(({ n, dim, k }) =>
        fc.record({
          n: fc.constant(n),
          dim: fc.constant(dim),
          k: fc.constant(k),
          data: fc.int8Array({ min: -127, max: 127, minLength: n * dim, maxLength: n * dim }),
          // Few scales, so that scores tie.
          scales: fc.array(fc.constantFrom(0, 0.5, 1), { minLength: n, maxLength: n }),
          query: fc.int16Array({ min: -queryMaximum, max: queryMaximum, minLength: dim, maxLength: dim }),
        }),
      );

    test('gives the best k by score, ties by lower ordinal', () => {
      fc.assert(
        fc.property(inputs, ({ n, dim, k, data, scales, query }) => {
          const scored = Array.from({ length: n }, (_, row) => {
            let sum = 0;
            for (let i = 0; i < dim; i++) sum += (data[row * dim + i] as number) * (query[i] as number);
            return { row, score: Math.fround(Math.fround(sum) * (scales[row] as number)) };
          }).sort((a, b) => b.score - a.score || a.row - b.row);
          const best = scored.slice(0, k);
          const found = kernel.scan({ n, dim, data, scales: Float32Array.from(scales) }, query, k);
          expect(Array.from(found.ordinals)).toEqual(best.map(({ row }) => row));
          expect(Array.from(found.scores, (score) => score + 0)).toEqual(best.map(({ score }) => score + 0));
        }),
        { numRuns: 200 },
      );
    });

    test('takes the largest sums without overflow', () => {
      const dim = 1024;
      const found = kernel.scan(
        { n: 2, dim, data: new Int8Array(2 * dim).fill(127).fill(-127, dim), scales: Float32Array.of(1, 1) },
        new Int16Array(dim).fill(queryMaximum),
        2,
      );
      const sum = Math.fround(127 * queryMaximum * dim);
      expect(Array.from(found.scores)).toEqual([sum, -sum]);
    });

    test('refuses lengths that disagree and leaves out rows without a finite scale', () => {
      const table = { n: 2, dim: 2, data: Int8Array.of(1, 1, 2, 2), scales: Float32Array.of(Number.NaN, 1) };
      expect(Array.from(kernel.scan(table, Int16Array.of(1, 1), 2).ordinals)).toEqual([1]);
      expect(() => kernel.scan(table, Int16Array.of(1), 2)).toThrow(RangeError);
      expect(() => kernel.scan({ ...table, n: 3 }, Int16Array.of(1, 1), 2)).toThrow(RangeError);
    });
  });
}
