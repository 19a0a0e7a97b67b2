import { expect, test } from 'vitest';
import type { ItemId } from '../../shared/contract/id.ts';
import { createRegret, expectedClicks } from './regret.ts';

const items = ['a', 'b', 'c', 'late', 'gone'].map((id) => ({
  id: id as ItemId,
  title: id,
  categories: [],
  ...(id === 'late' && { publishedAtMs: 20 }),
  ...(id === 'gone' && { available: false }),
}));
const known = { wishes: Float64Array.of(0.1, 0.3, 0.2, 0.9, 0.9), examination: [1, 0.5] };
const asked = { items, nowMs: 10, k: 2, hidden: new Set<number>() };

test('clicks are those of places that are looked at', () => {
  expect(expectedClicks([1, 2, 0], known)).toBeCloseTo(0.3 + 0.5 * 0.2, 12);
});

test('the ideal slate has no regret; others miss a share of its clicks; what cannot be shown is not missed', () => {
  const regret = createRegret(known, asked);
  expect(regret([1, 2])).toBeCloseTo(0, 12);
  expect(regret([2, 1])).toBeCloseTo(1 - 0.35 / 0.4, 12);
  expect(regret([])).toBe(1);
  expect(createRegret(known, { ...asked, hidden: new Set([1]) })([2, 0])).toBeCloseTo(0, 12);
  expect(createRegret({ ...known, wishes: new Float64Array(5) }, asked)([0])).toBeNaN();
});
