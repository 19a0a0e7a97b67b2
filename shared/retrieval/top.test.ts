import fc from 'fast-check';
import { expect, test } from 'vitest';
import { top } from './top.ts';
import { createUnion } from './union.ts';

test('is the head of a full sort: descending, ties by lower ordinal, NaN left out', () => {
  // Few distinct scores, so that ties are common.
  const score = fc.constantFrom(0, 1, 2, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY);
  const entries = fc.uniqueArray(fc.record({ ordinal: fc.nat({ max: 999 }), score }), { selector: ({ ordinal }) => ordinal });
  fc.assert(
    fc.property(entries, fc.integer({ min: -1, max: 40 }), (given, limit) => {
      const found = top(
        given.map(({ ordinal }) => ordinal),
        Float32Array.from(given, (entry) => entry.score),
        given.length,
        limit,
      );
      const expected = given
        .filter((entry) => !Number.isNaN(entry.score))
        .sort((a, b) => (a.score === b.score ? a.ordinal - b.ordinal : b.score - a.score))
        .slice(0, Math.max(0, limit));
      expect([...found.ordinals]).toEqual(expected.map(({ ordinal }) => ordinal));
      expect([...found.scores]).toEqual(expected.map((entry) => entry.score));
    }),
  );
});

test('a union gives each ordinal one slot, in order of first sight', () => {
  const ordinal = fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 2 ** 31 - 1 }));
  fc.assert(
    fc.property(fc.array(ordinal, { maxLength: 200 }), (ordinals) => {
      const union = createUnion(ordinals.length);
      const distinct = [...new Set(ordinals)];
      for (const one of ordinals) expect(union.slotOf(one)).toBe(distinct.indexOf(one));
      expect([...union.ordinals.subarray(0, union.size())]).toEqual(distinct);
    }),
  );
});
