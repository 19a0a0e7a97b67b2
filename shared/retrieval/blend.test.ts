import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type SourceName, sourceNames } from '../contract/surface.ts';
import { type BlendInput, blend } from './blend.ts';

const list = (ordinals: number[], scores: number[]) => ({
  ordinals: Uint32Array.from(ordinals),
  scores: Float32Array.from(scores),
});
const bit = (source: SourceName) => 1 << sourceNames.indexOf(source);
const none = Number.NaN;

test('fuses ranks by weight and keeps what each source said', () => {
  const blended = blend(
    [
      { source: 'popular', weight: 1, list: list([5, 7, 2], [90, 80, 70]) },
      { source: 'similar', weight: 2, list: list([7, 9], [0.5, 0.25]) },
    ],
    10,
  );
  expect([...blended.ordinals]).toEqual([7, 9, 5, 2]);
  expect([...blended.sources]).toEqual([bit('popular') | bit('similar'), bit('similar'), bit('popular'), bit('popular')]);
  expect(blended.sourceScores).toEqual({
    popular: Float32Array.of(80, none, 90, 70),
    similar: Float32Array.of(0.5, 0.25, none, none),
  });
  expect(blended.scores[0]).toBeCloseTo(1 / 62 + 2 / 61, 7);
  expect(blended.scores[3]).toBeCloseTo(1 / 63, 7);
});

test('equal scores: lower ordinal first; the limit cuts every column', () => {
  const blended = blend(
    [
      { source: 'popular', weight: 1, list: list([8], [1]) },
      { source: 'recent', weight: 1, list: list([3], [1]) },
      { source: 'nearest', weight: 0.5, list: list([4], [1]) },
    ],
    2,
  );
  expect([...blended.ordinals]).toEqual([3, 8]);
  expect(blended.sourceScores).toEqual({
    popular: Float32Array.of(none, 1),
    recent: Float32Array.of(1, none),
    nearest: Float32Array.of(none, none),
  });
});

test('no source, or sources that found nothing, blend to nothing', () => {
  expect(blend([], 5).ordinals).toHaveLength(0);
  expect(blend([{ source: 'popular', weight: 1, list: list([], []) }], 5)).toMatchObject({
    ordinals: new Uint32Array(0),
    sourceScores: { popular: new Float32Array(0) },
  });
});

const input: fc.Arbitrary<BlendInput> = fc.record({
  source: fc.constantFrom(...sourceNames),
  weight: fc.double({ min: 0.01, max: 10, noNaN: true }),
  list: fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 30 }).map((ordinals) =>
    list(
      ordinals,
      ordinals.map((_, i) => 1 - i / 50),
    ),
  ),
});
const inputs = fc.uniqueArray(input, { selector: ({ source }) => source });

test('every candidate once, only from the lists, in descending order, whatever the order of the sources', () => {
  fc.assert(
    fc.property(inputs, fc.nat({ max: 80 }), (lists, limit) => {
      const blended = blend(lists, limit);
      const all = new Set(lists.flatMap((one) => [...one.list.ordinals]));
      expect(new Set(blended.ordinals).size).toBe(blended.ordinals.length);
      expect(blended.ordinals.length).toBe(Math.min(limit, all.size));
      for (const [i, ordinal] of blended.ordinals.entries()) {
        if (i > 0) expect(blended.scores[i]).toBeLessThanOrEqual(blended.scores[i - 1]!);
        for (const { source, list: own } of lists) {
          const at = own.ordinals.indexOf(ordinal);
          expect((blended.sources[i]! & bit(source)) !== 0).toBe(at >= 0);
          expect(blended.sourceScores[source]?.[i]).toBe(at >= 0 ? own.scores[at] : Number.NaN);
        }
      }
    }),
  );
});

test('a candidate that one more source proposes does not fall', () => {
  fc.assert(
    fc.property(inputs, fc.nat({ max: 60 }), (lists, ordinal) => {
      const others = lists.filter(({ source }) => source !== 'trending');
      const rank = (given: readonly BlendInput[]) => {
        const at = blend(given, 1000).ordinals.indexOf(ordinal);
        return at < 0 ? Number.POSITIVE_INFINITY : at;
      };
      expect(rank([...others, { source: 'trending', weight: 1, list: list([ordinal], [1]) }])).toBeLessThanOrEqual(rank(others));
    }),
  );
});
