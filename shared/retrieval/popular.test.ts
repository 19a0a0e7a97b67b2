import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeTable, TableRefused } from '../contract/table.ts';
import { byCategory, decodePopular, encodePopular, popular, popularIn, popularTable } from './popular.ts';

const of = (...categories: string[]) => ({ categories });
//             0          1               2          3     4          5
const items = [of('war'), of('war', 'é'), of('war'), of(), of('é'), of('war')];
const scores = Float32Array.of(1, 4, 3, 9, 2, Number.NaN);
const table = popularTable(items, scores, { overall: 4, perCategory: 3 });

test('lists are in order of popularity, overall and per category; NaN leaves an item out', () => {
  expect(popular(table, 10)).toEqual({ ordinals: Uint32Array.of(3, 1, 2, 4), scores: Float32Array.of(9, 4, 3, 2) });
  expect(popular(table, 2).ordinals).toEqual(Uint32Array.of(3, 1));
  expect(table.categories).toEqual(['war', 'é']);
  expect(popularIn(table, 'war', 2)).toEqual({ ordinals: Uint32Array.of(1, 2), scores: Float32Array.of(4, 3) });
  expect(popularIn(table, 'é', 9).ordinals).toEqual(Uint32Array.of(1, 4));
  expect(popularIn(table, 'western', 9).ordinals).toHaveLength(0);
});

test('by category: each takes its best that is not in yet, round by round', () => {
  expect(byCategory(table, 9, 9)).toEqual({ ordinals: Uint32Array.of(1, 4, 2, 0), scores: Float32Array.of(1, 1, 0.5, 1 / 3) });
  expect(byCategory(table, 1, 9).ordinals).toEqual(Uint32Array.of(1, 4));
  expect(byCategory(table, 9, 3).ordinals).toEqual(Uint32Array.of(1, 4, 2));
  expect(byCategory(table, 9, 1).ordinals).toEqual(Uint32Array.of(1));
  expect(byCategory(table, 9, 0).ordinals).toHaveLength(0);
  expect(byCategory(table, 9, 9, ['é', 'none']).ordinals).toEqual(Uint32Array.of(1, 4));
});

test('by category is broad: no category is more than one round ahead of one that has items left', () => {
  const names = ['a', 'b', 'c', 'd'];
  const catalogue = fc.array(fc.record({ category: fc.constantFrom(...names), score: fc.nat({ max: 5 }) }), { maxLength: 40 });
  fc.assert(
    fc.property(catalogue, fc.integer({ min: 1, max: 30 }), (rows, limit) => {
      const built = popularTable(
        rows.map(({ category }) => of(category)),
        Float32Array.from(rows, ({ score }) => score),
      );
      const found = byCategory(built, 100, limit);
      expect(new Set(found.ordinals).size).toBe(found.ordinals.length);
      expect(found.ordinals.length).toBe(Math.min(limit, rows.length));
      const taken = (name: string) => [...found.ordinals].filter((ordinal) => rows[ordinal]?.category === name).length;
      const most = Math.max(...names.map(taken));
      for (const name of names)
        expect(taken(name)).toBeGreaterThanOrEqual(Math.min(most - 1, rows.filter(({ category }) => category === name).length));
      expect([...found.scores]).toEqual([...found.scores].sort((a, b) => b - a));
    }),
  );
});

test('a table comes back from its bytes as it was, of no items too', () => {
  expect(decodePopular(encodePopular(table))).toEqual(table);
  const empty = popularTable([], new Float32Array(0));
  expect(decodePopular(encodePopular(empty))).toEqual(empty);
  expect(popular(empty, 5).ordinals).toHaveLength(0);
  expect(byCategory(empty, 5, 5).ordinals).toHaveLength(0);
});

test.each([
  ['an entry that is no item', { n: 4 }, /entry 4 of 4 items/],
  ['a category without a list', { categories: ['war', 'é', 'more'] }, /do not add up/],
  ['lists that go back', { offsets: Uint32Array.of(0, 8, 7, 9) }, /list 1 is out of bounds/],
  ['lists that end early', { offsets: Uint32Array.of(0, 4, 7, 8) }, /do not add up/],
  ['entries without a score', { scores: new Float32Array(1) }, /do not add up/],
  ['no categories', { categories: undefined }, /header lacks/],
  ['no number of items', { n: undefined }, /header lacks/],
])('refuses %s', (_, change, message) => {
  const { n, categories, offsets, ordinals, scores: list } = { ...table, ...change };
  const bytes = encodeTable({ kind: 'popular', meta: { n, categories }, sections: { offsets, ordinals, scores: list } });
  expect(() => decodePopular(bytes)).toThrow(TableRefused);
  expect(() => decodePopular(bytes)).toThrow(message);
});
