import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TableRefused } from '../../shared/contract/table.ts';
import { indexCases } from '../../shared/vector/index.case.ts';
import { decodeLists, encodeLists } from '../../shared/vector/lists.ts';
import { quantise, type VectorTable } from '../../shared/vector/table.ts';
import { loadKernels } from '../adapter/kernel.ts';
import { createRandom } from '../random.ts';
import { buildLists } from './build.ts';

const { openScan } = await loadKernels();

/** Vectors of very different lengths around a few centres, as item factors are. */
function factors(n: number, dim: number, seed: number): Float32Array {
  const random = createRandom(seed, 'factors');
  const centres = Float32Array.from({ length: 12 * dim }, () => random.normal());
  const values = new Float32Array(n * dim);
  for (let i = 0; i < n; i++) {
    const centre = random.below(12);
    const length = (i + 3) ** -0.4;
    for (let d = 0; d < dim; d++) values[i * dim + d] = length * ((centres[centre * dim + d] as number) + 0.6 * random.normal());
  }
  return values;
}

const [n, dim] = [3000, 24];
const values = factors(n, dim, 1);
const table: VectorTable = { ...quantise(values, n, dim), exact: values };
const queries = Array.from({ length: 12 }, (_, q) => factors(1, dim, 50 + q));

describe('lists', () =>
  indexCases(openScan, table, buildLists(table, openScan, { seed: 1, metric: 'product' }).directory, queries));

describe('lists whose centroids are in groups', () => {
  const { directory } = buildLists(table, openScan, { seed: 1, metric: 'product', lists: 90, groupsAbove: 50 });
  expect(directory.groups?.n).toBeGreaterThan(5);
  indexCases(openScan, table, directory, queries);
});

describe('lists of int8 rows alone', () => {
  const rough = quantise(values, n, dim);
  indexCases(openScan, rough, buildLists(rough, openScan, { seed: 2, metric: 'cosine', lists: 40 }).directory, queries);
});

test('the default probes find 95 of the true 100 nearest on vectors of any length, and no list is longer than twice the mean', () => {
  const { directory, curve } = buildLists(table, openScan, { seed: 3, metric: 'product' });
  expect(directory.recall).toBeGreaterThanOrEqual(0.95);
  expect(curve.at(-1)).toEqual({ probes: directory.probes, recall: directory.recall });
  const asked = Math.round(1.6 * Math.sqrt(n));
  for (let l = 0; l + 1 < directory.offsets.length; l++)
    expect(directory.offsets[l + 1]! - directory.offsets[l]!).toBeLessThanOrEqual(Math.ceil((2 * n) / asked));
});

test('the same vectors and seed give the same bytes, another seed others', () => {
  const bytes = (seed: number) => encodeLists(buildLists(table, openScan, { seed, metric: 'product' }).directory);
  expect(bytes(1)).toEqual(bytes(1));
  expect(bytes(2)).not.toEqual(bytes(1));
});

test('any vectors end in lists that hold every row once: equal ones, zeros, one row, more lists than places', () => {
  fc.assert(
    fc.property(
      fc.record({
        rows: fc.integer({ min: 1, max: 60 }),
        places: fc.integer({ min: 1, max: 5 }),
        lists: fc.integer({ min: 1, max: 12 }),
      }),
      ({ rows, places, lists }) => {
        const some = Float32Array.from({ length: rows * 4 }, (_, at) => (((at >> 2) % places) * ((at & 3) - 1)) / 3);
        const few = quantise(some, rows, 4);
        const asked = Math.min(lists, rows);
        const { directory } = buildLists(few, openScan, { seed: 1, metric: 'product', lists: asked });
        expect([...directory.order].sort((a, b) => a - b)).toEqual([...Array(rows).keys()]);
        expect(decodeLists(encodeLists(directory)).n).toBe(rows);
      },
    ),
    { numRuns: 60 },
  );
  expect(() => buildLists(quantise(new Float32Array(0), 0, 4), openScan, { seed: 1, metric: 'product' })).toThrow(RangeError);
});

test('a directory that is no partition of the rows is refused', () => {
  const { directory } = buildLists(table, openScan, { seed: 1, metric: 'product', lists: 20 });
  const twice = directory.order.slice();
  twice[0] = twice[1] as number;
  expect(() => decodeLists(encodeLists({ ...directory, order: twice }))).toThrow(TableRefused);
  expect(() => decodeLists(encodeLists({ ...directory, offsets: directory.offsets.slice(1) }))).toThrow(TableRefused);
  expect(() => decodeLists(encodeLists({ ...directory, n: n + 1 }))).toThrow(TableRefused);
});
