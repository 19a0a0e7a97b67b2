import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kept, type ScanKernel, type ScanTable } from './scan.ts';
import { plainScanKernel } from './scan-plain.ts';

const inputs = fc
  .record({
    sizes: fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 6 }),
    dim: fc.integer({ min: 1, max: 40 }),
    k: fc.integer({ min: 0, max: 45 }),
    exact: fc.boolean(),
  })
  .chain(({ sizes, dim, k, exact }) => {
    const n = sizes.reduce((sum, size) => sum + size, 0);
    const offsets = Uint32Array.from([0, ...sizes.map((_, i) => sizes.slice(0, i + 1).reduce((sum, size) => sum + size, 0))]);
    return fc.record({
      k: fc.constant(k),
      table: fc.record({
        n: fc.constant(n),
        dim: fc.constant(dim),
        offsets: fc.constant(offsets),
        data: fc.int8Array({ min: -127, max: 127, minLength: n * dim, maxLength: n * dim }),
        // Few scales, so that scores tie.
        scales: fc
          .array(fc.constantFrom(0, 0.5, 1, Number.NaN), { minLength: n, maxLength: n })
          .map((scales) => Float32Array.from(scales)),
        ...(exact && {
          exact: fc.float32Array({ min: -1, max: 1, noNaN: true, minLength: n * dim, maxLength: n * dim }),
        }),
      }),
      query: fc.float32Array({ min: -3, max: 3, noNaN: true, minLength: dim, maxLength: dim }),
      lists: fc.option(
        fc.subarray([...sizes.keys()]).map((lists) => Uint32Array.from(lists)),
        { nil: undefined },
      ),
    });
  });

/** What every scan kernel does, whatever it is made of. */
export function scanCases(name: string, open: () => ScanKernel | Promise<ScanKernel>): void {
  describe(`scan kernel, ${name}`, async () => {
    const kernel = await open();

    test('finds the same rows and scores as a sort of all of them, to the bit', () => {
      const reference = plainScanKernel();
      fc.assert(
        fc.property(inputs, ({ table, query, k, lists }) => {
          expect(kernel.search(table, query, k, lists)).toEqual(reference.search(table, query, k, lists));
        }),
        { numRuns: 300 },
      );
    });

    test('gives inner products within the error of int8, descending', () => {
      fc.assert(
        fc.property(inputs, ({ table, query, k }) => {
          const rough: ScanTable = { n: table.n, dim: table.dim, data: table.data, scales: table.scales };
          const { ordinals, scores } = kernel.search(rough, query, k);
          const largest = Math.max(0, ...query.map(Math.abs));
          for (const [i, row] of ordinals.entries()) {
            let sum = 0;
            for (let d = 0; d < table.dim; d++) sum += table.data[row * table.dim + d]! * query[d]! * table.scales[row]!;
            expect(Math.abs(scores[i]! - sum)).toBeLessThanOrEqual((largest / 16383) * 127 * table.dim + 1e-3);
            if (i > 0) expect(scores[i]!).toBeLessThanOrEqual(scores[i - 1]!);
          }
        }),
        { numRuns: 100 },
      );
    });

    test('orders by the exact rows where there are some', () => {
      const table = {
        n: 3,
        dim: 2,
        data: Int8Array.of(100, 0, 101, 0, 99, 0),
        scales: Float32Array.of(1, 1, 1),
        exact: Float32Array.of(100.6, 0, 100.5, 0, 99, 0),
      };
      const { ordinals, scores } = kernel.search(table, Float32Array.of(1, 0), 2);
      expect([...ordinals]).toEqual([0, 1]);
      expect([...scores]).toEqual([...Float32Array.of(100.6, 100.5)]);
      expect(kept(2)).toBeGreaterThan(2);
    });

    test('takes the largest sums without overflow', () => {
      const dim = 1024;
      const data = new Int8Array(2 * dim).fill(127).fill(-127, dim);
      const found = kernel.search({ n: 2, dim, data, scales: Float32Array.of(1, 1) }, new Float32Array(dim).fill(1), 2);
      expect([...found.ordinals]).toEqual([0, 1]);
      expect(found.scores[0]).toBeCloseTo(127 * dim, 0);
      expect(found.scores[1]).toBeCloseTo(-127 * dim, 0);
    });

    test('finds nothing for a query without a size, and refuses what does not fit together', () => {
      const table = { n: 2, dim: 2, data: Int8Array.of(1, 1, 2, 2), scales: Float32Array.of(Number.NaN, 1) };
      for (const value of [0, Number.NaN, Number.POSITIVE_INFINITY])
        expect(kernel.search(table, Float32Array.of(0, value), 2).ordinals).toHaveLength(0);
      expect([...kernel.search(table, Float32Array.of(1, 1), 2).ordinals]).toEqual([1]);
      expect(() => kernel.search(table, Float32Array.of(1), 2)).toThrow(RangeError);
      expect(() => kernel.search({ ...table, n: 3 }, Float32Array.of(1, 1), 2)).toThrow(RangeError);
      expect(() => kernel.search({ ...table, offsets: Uint32Array.of(0, 1) }, Float32Array.of(1, 1), 2)).toThrow(RangeError);
      const query = Float32Array.of(1, 1);
      expect(() => kernel.search({ ...table, offsets: Uint32Array.of(0, 2) }, query, 2, Uint32Array.of(1))).toThrow(RangeError);
    });
  });
}
