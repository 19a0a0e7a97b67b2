import { expect, test } from 'vitest';
import { recent, recentTable } from './recent.ts';

const dayMs = 86_400_000;
const table = recentTable([
  { publishedAtMs: dayMs },
  {},
  { publishedAtMs: 3 * dayMs },
  { publishedAtMs: dayMs },
  { publishedAtMs: 2 * dayMs },
]);

test('newest first, ties by lower ordinal, items without a date left out', () => {
  expect(recent(table, 9 * dayMs, 10)).toEqual({ ordinals: Uint32Array.of(2, 4, 0, 3), scores: Float32Array.of(3, 2, 1, 1) });
  expect(recent(table, 9 * dayMs, 2).ordinals).toEqual(Uint32Array.of(2, 4));
  expect(recent(table, 9 * dayMs, 0).ordinals).toHaveLength(0);
});

test('what has not arrived yet is not there', () => {
  expect(recent(table, 3 * dayMs, 1).ordinals).toEqual(Uint32Array.of(2));
  expect(recent(table, 3 * dayMs - 1, 1).ordinals).toEqual(Uint32Array.of(4));
  expect(recent(table, 0, 10).ordinals).toHaveLength(0);
});
