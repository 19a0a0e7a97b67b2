import { describe, expect, test } from 'vitest';
import { contextOf, dayMs, logOf } from './fixture.case.ts';
import { modelCases } from './model.case.ts';
import { popularityModel } from './popularity.ts';

modelCases(popularityModel, {
  personal: 'nothing',
  badSettings: [{ halfLifeDays: 0 }, { halfLifeDays: -1 }, { halfLifeDays: Number.NaN }],
});

describe('popularity', () => {
  const log = logOf([...Array(3).fill([0, 0]), ...Array(2).fill([1, 1])], 2, 3);
  const scores = async (halfLifeDays: number) =>
    (await popularityModel.fit(log, { halfLifeDays }, contextOf(log, { throughMs: 5 * dayMs }))).artifact.scores;

  test('counts interactions when nothing decays, and says nothing of what nobody met', async () => {
    expect(await scores(Number.POSITIVE_INFINITY)).toEqual(Float32Array.of(3, 2, Number.NEGATIVE_INFINITY));
  });

  test('halves per half-life', async () => {
    expect(await scores(1)).toEqual(Float32Array.of(1 / 32 + 1 / 16 + 1 / 8, 1 / 4 + 1 / 2, Number.NEGATIVE_INFINITY));
  });
});
