import { describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { before, type Interactions } from './interactions.ts';
import { similarModel } from './similar.ts';

const dayMs = 86_400_000;

/** One interaction per day; pairs are [user, item]. */
function logOf(pairs: readonly (readonly [number, number])[], users: number, items: number): Interactions {
  return {
    n: pairs.length,
    users,
    items,
    user: Int32Array.from(pairs, ([u]) => u),
    item: Int32Array.from(pairs, ([, i]) => i),
    tMs: Float64Array.from(pairs, (_, e) => e * dayMs),
    weight: new Float32Array(pairs.length).fill(1),
  };
}

/** Two tastes: users of one half like items of one half. */
function twoTastes(): Interactions {
  const random = createRandom(5, 'tastes');
  const pairs = Array.from({ length: 2000 }, () => {
    const user = random.below(60);
    const taste = user % 2;
    return [user, taste * 20 + random.below(20)] as const;
  });
  return logOf(pairs, 60, 41);
}

describe('similar', () => {
  test('nearer and later items are more similar; a repeat is not a pair', () => {
    const lists = similarModel.fit(
      logOf(
        [0, 0, 1, 2].map((item) => [0, item] as const),
        1,
        3,
      ),
      {
        neighbours: 5,
        shrinkage: 0,
        window: 5,
      },
      0,
    );
    expect([...lists.ordinals.subarray(lists.offsets[0]!, lists.offsets[1]!)]).toEqual([1, 2]);
    // From 1: 2 comes after it, 0 came before it.
    expect([...lists.ordinals.subarray(lists.offsets[1]!, lists.offsets[2]!)]).toEqual([2, 0]);
    expect(lists.scores[0]).toBeCloseTo(1, 6);
    expect(lists.scores[1]).toBeCloseTo(0.5, 6);
  });

  test('shrinkage lowers pairs of rare items most', () => {
    const pairs: [number, number][] = [
      [0, 0],
      [0, 1],
    ];
    for (let u = 1; u < 30; u++) pairs.push([u, 2], [u, 3]);
    const scoreOf = (shrinkage: number, item: number) => {
      const lists = similarModel.fit(logOf(pairs, 30, 4), { neighbours: 5, shrinkage, window: 5 }, 0);
      return lists.scores[lists.offsets[item]!]!;
    };
    expect(scoreOf(5, 0) / scoreOf(0, 0)).toBeLessThan(scoreOf(5, 2) / scoreOf(0, 2));
  });

  test('separates two tastes, keeps lists short and sorted', () => {
    const lists = similarModel.fit(twoTastes(), { neighbours: 7, shrinkage: 5, window: 5 }, 0);
    for (let i = 0; i < 40; i++) {
      const start = lists.offsets[i]!;
      const end = lists.offsets[i + 1]!;
      expect(end - start).toBe(7);
      for (let e = start; e < end; e++) {
        expect(lists.ordinals[e]! >= 20).toBe(i >= 20);
        if (e > start) expect(lists.scores[e]!).toBeLessThanOrEqual(lists.scores[e - 1]!);
      }
    }
    expect(lists.offsets[41]! - lists.offsets[40]!).toBe(0);
  });
});

test('similar: same log, settings and seed give the same artifact', () => {
  const log = twoTastes();
  const similar = { neighbours: 5, shrinkage: 1, window: 3 };
  expect(similarModel.fit(log, similar, 0)).toEqual(similarModel.fit(log, similar, 0));
});

test('before() cuts strictly', () => {
  const log = logOf(
    [
      [0, 0],
      [0, 1],
      [0, 2],
    ],
    1,
    3,
  );
  expect(before(log, dayMs).n).toBe(1);
  expect([...before(log, dayMs + 1).item]).toEqual([0, 1]);
  expect(before(log, -1).n).toBe(0);
});
