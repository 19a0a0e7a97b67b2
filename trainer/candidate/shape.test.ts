import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logOf } from './fixture.case.ts';
import { shapeOf } from './shape.ts';
import { pairsOf, transpose } from './sparse.ts';

const pairs = fc.array(fc.tuple(fc.nat(4), fc.nat(6)), { maxLength: 40 });

test('pairs are the distinct ones, by user and by item', () => {
  fc.assert(
    fc.property(pairs, (given) => {
      const rows = pairsOf(logOf(given, 5, 7));
      const columns = transpose(rows);
      const ascending = (of: number, place: 0 | 1) =>
        [...new Set(given.filter((pair) => pair[place] === of).map((pair) => pair[1 - place] as number))].sort((a, b) => a - b);
      for (let u = 0; u < 5; u++)
        expect([...rows.indices.subarray(rows.offsets[u], rows.offsets[u + 1])]).toEqual(ascending(u, 0));
      for (let i = 0; i < 7; i++)
        expect([...columns.indices.subarray(columns.offsets[i], columns.offsets[i + 1])]).toEqual(ascending(i, 1));
    }),
  );
});

test('a shape counts pairs, items and products, and knows what the log tells', () => {
  const log = logOf(
    [
      [0, 0],
      [0, 0],
      [0, 2],
      [1, 2],
    ],
    3,
    5,
  );
  const shape = { users: 3, items: 5, interactions: 4, pairs: 3, itemsSeen: 2, coOccurrences: 5 };
  expect(shapeOf(log)).toEqual({ ...shape, ordered: true, sessions: false, valued: false, segments: 0 });
  const timeless = {
    ...log,
    tMs: new Float64Array(4),
    value: Float32Array.of(Number.NaN, 3, 4, 5),
    segment: Int32Array.of(0, -1, 2, 0),
  };
  expect(shapeOf(timeless)).toEqual({ ...shape, ordered: false, sessions: false, valued: true, segments: 2 });
});

test('users are sessions where what they did lies within hours, and not in a mere order', () => {
  const log = logOf(
    Array.from({ length: 12 }, (_, e) => [Math.floor(e / 4), e % 5] as [number, number]),
    3,
    5,
  );
  const everyMs = (step: number) => shapeOf({ ...log, tMs: log.tMs.map((_, e) => step * e) }).sessions;
  expect([1, 60_000, 86_400_000].map(everyMs)).toEqual([false, true, false]);
});
