import { describe, expect, test } from 'vitest';
import { contextOf, dayMs, historyOf, logOf, scoresOf, twoTastes, twoTastesItems } from './fixture.case.ts';
import { modelCases } from './model.case.ts';
import { popularityCategoryModel } from './popularity-category.ts';
import { popularitySegmentModel } from './popularity-segment.ts';
import { ratingModel } from './rating.ts';
import { shapeOf } from './shape.ts';
import { trendingModel } from './trending.ts';

const none = Number.NEGATIVE_INFINITY;

modelCases(popularityCategoryModel, {
  personal: 'history',
  settings: { everywhere: 0.01 },
  badSettings: [{ halfLifeDays: 0 }, { everywhere: 2 }, { last: 0 }],
});
modelCases(popularitySegmentModel, {
  personal: 'nothing',
  badSettings: [{ halfLifeDays: -1 }, { prior: Number.NaN }],
  complete: (log) => ({ ...log, segment: log.user.map((u) => (u % 3) - 1) }),
});
modelCases(trendingModel, { personal: 'nothing', badSettings: [{ shortDays: 0 }, { longDays: 1 }, { prior: 0 }] });
modelCases(ratingModel, {
  personal: 'nothing',
  badSettings: [{ strength: -1 }],
  complete: (log) => ({ ...log, value: Float32Array.from(log.item, (i, e) => (e % 5 === 0 ? Number.NaN : 1 + (i % 5))) }),
});

describe('popularity by category', () => {
  test('an empty history gets what is popular everywhere; without categories there is nothing to learn', async () => {
    const log = twoTastes();
    const settings = popularityCategoryModel.defaults(shapeOf(log));
    const fitted = await popularityCategoryModel.fit(log, settings, contextOf(log, { items: twoTastesItems() }));
    const scores = scoresOf(fitted, [historyOf([])], 41);
    expect(scores.subarray(0, 40).reduce((a, b) => a + b)).toBeCloseTo(1, 4);
    expect(popularityCategoryModel.refusal(shapeOf(log), {})).toMatch(/category/);
  });
});

describe('popularity by segment', () => {
  test("follows the segment's own counts the more of them there are", async () => {
    const pairs = Array.from({ length: 40 }, (_, e) => [e, e < 30 ? 0 : 1] as const);
    const log = { ...logOf(pairs, 40, 3), segment: Int32Array.from(pairs, ([, item]) => item) };
    const share = async (prior: number, segment: number) => {
      const fitted = await popularitySegmentModel.fit(log, { halfLifeDays: Number.POSITIVE_INFINITY, prior }, contextOf(log));
      return [...scoresOf(fitted, [{ ...historyOf([]), segment }], 3)];
    };
    expect(await share(0, 1)).toEqual([none, 1, none]);
    expect((await share(10, 1))[1]).toBeCloseTo((10 + 10 / 4) / 20, 6);
    expect((await share(10, 7))[0]).toBeCloseTo(3 / 4, 6);
  });
});

describe('trending', () => {
  test('an item that begins to be met is before one that is met steadily, which is before one that is forgotten', async () => {
    const pairs = Array.from({ length: 90 }, (_, e) => [0, e % 3 === 0 ? 0 : e < 60 ? 1 : 2] as const);
    const log = logOf(pairs, 1, 4);
    const [steady, forgotten, rising, unknown] = [
      ...((await trendingModel.fit(log, trendingModel.defaults(shapeOf(log)), contextOf(log))).artifact.scores ?? []),
    ];
    expect(rising).toBeGreaterThan(steady as number);
    expect(steady).toBeGreaterThan(forgotten as number);
    expect(unknown).toBe(none);
  });

  test('a steady rate is no trend', async () => {
    const log = { ...logOf(Array(2000).fill([0, 0]), 1, 1), tMs: Float64Array.from({ length: 2000 }, (_, e) => e * 0.1 * dayMs) };
    const settings = { shortDays: 2, longDays: 8, prior: 1 };
    const { artifact } = await trendingModel.fit(log, settings, contextOf(log));
    expect(Math.abs(artifact.scores?.[0] as number)).toBeLessThan(0.1);
  });
});

test('a rating is drawn to the mean of all until there are many', async () => {
  const log = {
    ...logOf([...Array(8).fill([0, 0]), [0, 1], [0, 2]], 1, 3),
    value: Float32Array.of(4, 4, 4, 4, 4, 4, 4, 4, 5, Number.NaN),
  };
  const mean = 37 / 9;
  const [many, one, unrated] = [...((await ratingModel.fit(log, { strength: 2 }, contextOf(log))).artifact.scores ?? [])];
  expect(many).toBeCloseTo((2 * mean + 32) / 10, 5);
  expect(one).toBeCloseTo((2 * mean + 5) / 3, 5);
  expect(unrated).toBe(none);
});
