import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boughtTogetherModel } from './bought-together.ts';
import { contextOf, dayMs, historyOf, logOf, scoresOf } from './fixture.case.ts';
import { type ItemItemSettings, itemItemModel } from './item-item.ts';
import { modelCases } from './model.case.ts';

modelCases(itemItemModel, {
  personal: 'history',
  badSettings: [{ shrinkage: -1 }, { keep: 0 }, { decay: 2 }, { b: 1.5 }, { weighting: 'jaccard' as 'cosine' }],
});
modelCases(boughtTogetherModel, {
  personal: 'history',
  settings: { withinMinutes: 1e6, support: 1 },
  badSettings: [{ withinMinutes: -1 }, { support: 0 }, { shrinkage: Number.NaN }, { served: 1.5 }],
});

const plain: ItemItemSettings = {
  weighting: 'cosine',
  shrinkage: 0,
  neighbourExponent: 1,
  k1: 1.2,
  b: 0.75,
  last: 10,
  decay: 1,
  keep: 100,
  served: 100,
};

describe('item to item', () => {
  const pairs = fc.array(fc.tuple(fc.nat(5), fc.nat(4)), { minLength: 1, maxLength: 30 });

  test.each(['cosine', 'tf-idf', 'bm25'] as const)('%s is what its formula says', async (weighting) => {
    await fc.assert(
      fc.asyncProperty(pairs, fc.double({ min: 0, max: 5, noNaN: true }), async (given, shrinkage) => {
        const log = logOf(given, 6, 5);
        const has = (u: number, i: number) => given.some((pair) => pair[0] === u && pair[1] === i);
        const all = [0, 1, 2, 3, 4];
        const users = [0, 1, 2, 3, 4, 5];
        const popularity = all.map((i) => users.filter((u) => has(u, i)).length);
        const mean = popularity.reduce((a, b) => a + b) / 5;
        const w = (u: number, i: number) => {
          if (!has(u, i)) return 0;
          const rarity = weighting === 'cosine' ? 1 : Math.log(6 / all.filter((j) => has(u, j)).length);
          const length = plain.k1 * (1 - plain.b + (plain.b * (popularity[i] as number)) / mean);
          return weighting === 'bm25' ? (rarity * (plain.k1 + 1)) / (length + 1) : rarity;
        };
        const product = (i: number, j: number) => users.reduce((sum, u) => sum + w(u, i) * w(u, j), 0);
        const fitted = await itemItemModel.fit(log, { ...plain, weighting, shrinkage }, contextOf(log));
        for (const i of all) {
          const scores = scoresOf(fitted, [historyOf([i])], 5);
          for (const j of all.filter((one) => one !== i && product(i, one) > 0)) {
            const norms = weighting === 'bm25' ? 1 : Math.sqrt(product(i, i) * product(j, j)) + shrinkage;
            expect(scores[j]).toBeCloseTo(product(i, j) / norms, 4);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  test('a neighbourhood keeps the most similar', async () => {
    const log = logOf(
      [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
        [1, 2],
      ],
      2,
      3,
    );
    const { artifact } = await itemItemModel.fit(log, { ...plain, keep: 1 }, contextOf(log));
    expect([...(artifact.neighbours?.ordinals ?? [])]).toEqual([1, 0, 0]);
  });
});

describe('bought together', () => {
  test('baskets end where a visitor pauses; lift is over what chance would give', async () => {
    // Visitor 0: a basket with 0 and 1, next day one with 2. Visitor 1: 0 and 1 again, and 3. Visitor 2: 2 alone.
    const log = {
      ...logOf(
        [
          [0, 0],
          [0, 1],
          [0, 2],
          [1, 0],
          [1, 1],
          [1, 3],
          [2, 2],
        ],
        3,
        4,
      ),
      tMs: Float64Array.from([0, 0.01, 1, 2, 2, 2, 3], (day) => day * dayMs),
    };
    const fitted = await boughtTogetherModel.fit(
      log,
      { withinMinutes: 30, support: 1, shrinkage: 0, served: 10 },
      contextOf(log),
    );
    const scores = scoresOf(fitted, [historyOf([2, 0])], 4);
    // Four baskets: n(0) = n(1) = 2 and together 2; n(3) = 1 and together 1.
    expect([...scores]).toEqual([Number.NEGATIVE_INFINITY, 2, Number.NEGATIVE_INFINITY, 2]);
    const supported = await boughtTogetherModel.fit(
      log,
      { withinMinutes: 30, support: 2, shrinkage: 1, served: 10 },
      contextOf(log),
    );
    expect([...scoresOf(supported, [historyOf([0])], 4)].filter(Number.isFinite)).toEqual([1]);
  });
});
