import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainBestSplit, plainBin, plainHistogram } from '../../../shared/kernel/trees-plain.ts';
import { openPool, type Pool } from '../../adapter/pool.ts';
import { createRandom } from '../../random.ts';
import { createEntries } from './entries.ts';
import { widthOf } from './search.ts';

let pool: Pool;
beforeAll(async () => {
  pool = await openPool('trees', { threads: 1, scratchBytes: 64 });
});
afterAll(() => pool.close());

const mostRows = 300;

test('bins, histograms and splits are those of the plain twin, to the bit', () => {
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.integer(),
        rows: fc.integer({ min: 2, max: mostRows }),
        columns: fc.integer({ min: 1, max: 19 }),
        missing: fc.constantFrom(0, 0.1, 0.7, 1),
        bounded: fc.boolean(),
        listed: fc.boolean(),
        ridge: fc.constantFrom(0, 1000, 50_000),
        leastHessian: fc.constantFrom(1, 2000, 20_000),
      }),
      (drawn) => {
        const { rows, columns, bounded, ridge, leastHessian } = drawn;
        const random = createRandom(drawn.seed, 'trees/kernel');
        const stride = Math.ceil(columns / 8) * 8;
        const thresholds = Array.from({ length: columns }, () =>
          Float32Array.from({ length: random.below(random.below(2) ? 5 : 255) }, () => random.normal()).sort(),
        );
        const features = pool.allocate(Float32Array, rows * columns);
        for (let i = 0; i < features.length; i++) features[i] = random.uniform() < drawn.missing ? Number.NaN : random.normal();
        const table = pool.allocate(Float32Array, columns * 256).fill(Number.POSITIVE_INFINITY);
        for (const [c, own] of thresholds.entries()) table.set(own, c * 256);
        const bins = pool.allocate(Uint8Array, rows * stride);
        pool.run('toBins', { rows, slice: 64 }, features.byteOffset, columns, table.byteOffset, bins.byteOffset, stride);
        const binOf = (row: number, c: number) => bins[row * stride + c] as number;
        for (let i = 0; i < features.length; i++) {
          const [row, c] = [Math.floor(i / columns), i % columns];
          expect(binOf(row, c)).toBe(plainBin(features[i]!, thresholds[c]!));
        }

        const gradients = pool.allocate(Float32Array, rows);
        const hessians = pool.allocate(Float32Array, rows);
        for (let row = 0; row < rows; row++) [gradients[row], hessians[row]] = [random.normal(), random.uniform()];
        const pairs = pool.allocate(Float64Array, rows).byteOffset;
        const scales = [4e5, 3000] as const;
        pool.run('quantise', { rows, slice: 100 }, gradients.byteOffset, hessians.byteOffset, ...scales, pairs);
        const [gradient, hessian] = [gradients, hessians].map((values, k) =>
          Float64Array.from(values, (value) => roundToEven(value * scales[k]!)),
        ) as [Float64Array, Float64Array];

        // Every second row, in two chunks, of all columns or of the odd ones.
        const chosen = Int32Array.from({ length: Math.ceil(rows / 2) }, (_, i) => 2 * i);
        const order = pool.allocate(Int32Array, chosen.length);
        order.set(chosen);
        const wanted = Array.from({ length: columns }, (_, c) => c).filter((c) => !drawn.listed || c % 2 === 1 || columns === 1);
        const list = pool.allocate(Int32Array, columns);
        list.set(wanted);
        const listedAt = drawn.listed ? list.byteOffset : 0;
        const width = widthOf(Math.max(...thresholds.map((own) => own.length + 1)));
        const bytes = columns * width;
        const chunk = Math.ceil(chosen.length / 2);
        const chunks = Math.ceil(chosen.length / chunk);
        // What lay there before does not matter.
        const partials = pool.allocate(Uint8Array, 2 * bytes).fill(7).byteOffset;
        const counts = pool.allocate(Int32Array, columns);
        counts.set(thresholds.map((own) => own.length + 1));
        const shared = [order.byteOffset, pairs, bins.byteOffset, stride, listedAt, wanted.length] as const;
        pool.run('histogram', { rows: chosen.length, slice: chunk }, ...shared, partials, bytes, chunk, width);

        const sum = (values: Float64Array) => chosen.reduce((total, row) => total + values[row]!, 0);
        const nodes = pool.allocate(Float64Array, 12);
        new Int32Array(nodes.buffer, nodes.byteOffset, 2).set([sum(hessian), sum(gradient)]);
        const bounds = { lower: -50, upper: 80 };
        nodes.set([leastHessian, ridge, bounds.lower, bounds.upper], 1);
        new Int32Array(nodes.buffer, nodes.byteOffset, 12)[10] = bounded ? 1 : 0;
        const signs = pool.allocate(Int32Array, columns);
        signs.set(thresholds.map(() => (bounded ? random.below(3) - 1 : 0)));
        const splits = pool.allocate(Float64Array, 6 * columns);
        const own = pool.allocate(Uint8Array, bytes).fill(9).byteOffset;
        const limits = [counts.byteOffset, signs.byteOffset, nodes.byteOffset, 1, splits.byteOffset];
        const work = { rows: wanted.length, slice: 3 };
        pool.run('search', work, listedAt, columns, partials, chunks, bytes, width, own, 0, ...limits);

        const words = new Int32Array(splits.buffer, splits.byteOffset, splits.length * 2);
        const inTwo = splits.slice();
        splits.fill(0);
        const all = [order.byteOffset, chosen.length, pairs, bins.byteOffset, stride, listedAt, columns, width];
        const again = pool.allocate(Uint8Array, bytes).fill(5).byteOffset;
        pool.run('histogramAndSearch', work, ...all, again, 0, ...limits);
        expect(splits).toEqual(inTwo);
        const sparse = createEntries(pool, { rows, columns, address: bins.byteOffset, stride }, width);
        if (drawn.missing > 0.5) expect(sparse).toBeDefined();
        if (sparse) {
          splits.fill(0);
          const own = [order.byteOffset, pairs, sparse.starts, sparse.entries, sparse.usual, counts.byteOffset, columns];
          const into = pool.allocate(Uint8Array, 2 * bytes).fill(3).byteOffset;
          pool.run('sparseHistogram', { rows: chosen.length, slice: chunk }, ...own, into, bytes, chunk, width);
          pool.run('search', work, listedAt, columns, into, chunks, bytes, width, again, 0, ...limits);
          expect(splits).toEqual(inTwo);
        }
        for (const c of wanted) {
          const histogram = plainHistogram(chosen, (row) => binOf(row, c), gradient, hessian);
          const sign = signs[c] as -1 | 0 | 1;
          const limit = { leastHessian, ridge, sign, ...(bounded && { bounds }) };
          const expected = plainBestSplit(histogram, counts[c]!, limit);
          const at = 6 * c;
          expect({
            gain: splits[3 * c],
            bin: words[at + 4],
            missingLeft: words[at + 5] === 1,
            leftGradient: words[at + 3],
            leftHessian: words[at + 2]! >>> 0,
          }).toEqual(expected);
        }
      },
    ),
    { numRuns: 60 },
  );
});

/** As WebAssembly's f64.nearest. */
function roundToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
