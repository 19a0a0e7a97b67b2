import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeTable, TableRefused } from '../contract/table.ts';
import type { Retrieved } from './retrieved.ts';
import { decodeSimilar, encodeSimilar, similar, similarTable } from './similar.ts';
import { top } from './top.ts';

const n = 12;
const lists: fc.Arbitrary<Retrieved[]> = fc.array(
  fc
    .uniqueArray(fc.record({ ordinal: fc.nat({ max: n - 1 }), score: fc.integer({ min: 1, max: 8 }) }), {
      selector: ({ ordinal }) => ordinal,
    })
    .map((list) =>
      top(
        list.map(({ ordinal }) => ordinal),
        Float32Array.from(list, ({ score }) => score / 8),
        list.length,
        n,
      ),
    ),
  { minLength: n, maxLength: n },
);

test('sums decay^rank x similarity over the seeds and leaves the seeds out', () => {
  const seeds = fc.uniqueArray(fc.nat({ max: n - 1 }), { maxLength: 4 });
  fc.assert(
    fc.property(lists, seeds, fc.integer({ min: 0, max: n }), (rows, visited, limit) => {
      const table = similarTable(n, (ordinal) => rows[ordinal]!);
      const found = similar(table, visited, limit, 0.5);
      // Scores are eighths and the decay is a half: float32 sums are exact.
      const sums = new Map<number, number>();
      for (const [rank, seed] of visited.entries())
        for (const [i, ordinal] of rows[seed]!.ordinals.entries())
          if (!visited.includes(ordinal)) sums.set(ordinal, (sums.get(ordinal) ?? 0) + 0.5 ** rank * rows[seed]!.scores[i]!);
      const expected = [...sums].sort(([a, x], [b, y]) => y - x || a - b).slice(0, limit);
      expect([...found.ordinals].map((ordinal, i) => [ordinal, found.scores[i]])).toEqual(expected);
    }),
  );
});

const table = similarTable(3, (ordinal) => ({
  ordinals: Uint32Array.of((ordinal + 1) % 3, (ordinal + 2) % 3),
  scores: Float32Array.of(1, 0.5),
}));

test('a table comes back from its bytes as it was', () => {
  expect(decodeSimilar(encodeSimilar(table))).toEqual(table);
  const empty = similarTable(2, () => ({ ordinals: new Uint32Array(0), scores: new Float32Array(0) }));
  expect(decodeSimilar(encodeSimilar(empty))).toEqual(empty);
  expect(similar(empty, [1], 5).ordinals).toHaveLength(0);
});

test.each([
  ['a neighbour that is no item', { ordinals: Uint32Array.of(1, 2, 0, 2, 0, 3) }, /neighbour 3 of 3 items/],
  ['rows that go back', { offsets: Uint32Array.of(0, 4, 2, 6) }, /row 1 is out of bounds/],
  ['rows that end early', { offsets: Uint32Array.of(0, 2, 4, 5) }, /do not add up/],
  ['rows that start late', { offsets: Uint32Array.of(1, 2, 4, 6) }, /do not add up/],
  ['entries without a score', { scores: new Float32Array(5) }, /do not add up/],
  ['no rows at all', { offsets: new Uint32Array(0) }, /do not add up/],
])('refuses %s', (_, change, message) => {
  const { offsets, ordinals, scores } = { ...table, ...change };
  const bytes = encodeTable({ kind: 'similar', meta: {}, sections: { offsets, ordinals, scores } });
  expect(() => decodeSimilar(bytes)).toThrow(TableRefused);
  expect(() => decodeSimilar(bytes)).toThrow(message);
});

test('a seed that is no item of the table is an error', () => {
  for (const seed of [3, -1, Number.NaN]) expect(() => similar(table, [seed], 5)).toThrow(RangeError);
});
