import { expect, test } from 'vitest';
import { plainScanKernel } from '../kernel/kernel.ts';
import { flatIndex } from '../vector/search.ts';
import { quantise } from '../vector/table.ts';
import { nearestToSeeds, seedQuery } from './nearest.ts';

// Unit circle in steps of 30 degrees, the last row without a direction; lengths differ.
const n = 13;
const rows = Array.from({ length: n }, (_, i) => {
  const angle = (i * Math.PI) / 6;
  return i === 12 ? [0, 0] : [(1 + i) * Math.cos(angle), (1 + i) * Math.sin(angle)];
});
const vectors = quantise(Float32Array.from(rows.flat()), n, 2);
const unit = quantise(
  Float32Array.from(rows.flatMap(([x = 0, y = 0]) => [x / (Math.hypot(x, y) || 1), y / (Math.hypot(x, y) || 1)])),
  n,
  2,
);

test('the query is the decayed mean of directions, whatever the lengths', () => {
  const query = seedQuery(vectors, [3, 0], 0.5);
  expect(query[0]).toBeCloseTo(0.5 / 1.5, 5);
  expect(query[1]).toBeCloseTo(1 / 1.5, 5);
  expect([...seedQuery(vectors, [])]).toEqual([0, 0]);
  expect([...seedQuery(vectors, [12])]).toEqual([0, 0]);
  expect(() => seedQuery(vectors, [13])).toThrow(RangeError);
});

test('finds the neighbours of the seeds, without the seeds', () => {
  const found = nearestToSeeds(flatIndex(plainScanKernel, unit), { vectors: unit }, [3], 4);
  expect(new Set(found.ordinals)).toEqual(new Set([2, 4, 1, 5]));
  expect(found.scores[0]).toBeCloseTo(Math.cos(Math.PI / 6), 2);
  expect([...found.scores]).toEqual([...found.scores].sort((a, b) => b - a));
});

test('finds nothing without a direction', () => {
  expect(nearestToSeeds(flatIndex(plainScanKernel, unit), { vectors: unit }, [], 4).ordinals).toHaveLength(0);
  expect(nearestToSeeds(flatIndex(plainScanKernel, unit), { vectors: unit }, [12], 4).ordinals).toHaveLength(0);
});
