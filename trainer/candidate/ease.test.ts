import { describe, expect, test } from 'vitest';
import { plainInverse } from '../../shared/kernel/inverse-plain.ts';
import { easeModel } from './ease.ts';
import { contextOf, historyOf, logOf, scoresOf, twoTastes } from './fixture.case.ts';
import { modelCases } from './model.case.ts';
import { pairsOf } from './sparse.ts';

modelCases(easeModel, {
  personal: 'history',
  settings: { regularisation: 20 },
  badSettings: [{ regularisation: 0 }, { regularisation: Number.NaN }, { mostItems: 0 }, { decay: 0 }, { served: 2.5 }],
});

describe('EASE', () => {
  const log = twoTastes();
  const settings = { regularisation: 10, mostItems: 100, last: Number.POSITIVE_INFINITY, decay: 1, served: 5 };

  test('is the closed form', async () => {
    const { offsets, indices } = pairsOf(log);
    const gram = new Float64Array(40 * 40);
    for (let u = 0; u < log.users; u++) {
      const own = indices.subarray(offsets[u], offsets[u + 1]);
      for (const i of own) for (const j of own) gram[i * 40 + j] = gram[i * 40 + j]! + 1;
    }
    for (let i = 0; i < 40; i++) gram[i * 41] = gram[i * 41]! + 10;
    const inverse = plainInverse(gram, 40)!;
    const scores = scoresOf(await easeModel.fit(log, settings, contextOf(log)), [historyOf([3, 25, 3])], 41);
    for (let j = 0; j < 40; j++) {
      const weight = (i: number) => (i === j ? 0 : -inverse[i * 40 + j]! / inverse[j * 41]!);
      expect(scores[j]).toBeCloseTo(weight(3) + weight(25), 6);
    }
    expect(scores[40]).toBe(Number.NEGATIVE_INFINITY);
  });

  test('the newest items of a history count most', async () => {
    const fitted = await easeModel.fit(log, { ...settings, decay: 0.5, last: 2 }, contextOf(log));
    const [mixed, one, two] = [[7, 1, 2], [2], [1]].map((items) => scoresOf(fitted, [historyOf(items)], 41));
    for (const j of [0, 10, 30]) expect(mixed![j]).toBeCloseTo(one![j]! + two![j]! / 2, 6);
  });

  test('leaves the least popular items out when there are too many, and says so', async () => {
    const small = logOf(
      [
        [0, 0],
        [0, 1],
        [1, 1],
        [1, 2],
        [2, 2],
      ],
      3,
      3,
    );
    const warnings: string[] = [];
    const fitted = await easeModel.fit(
      small,
      { ...settings, mostItems: 2 },
      contextOf(small, { warn: (text) => warnings.push(text) }),
    );
    expect([...scoresOf(fitted, [historyOf([1])], 3)].map(Number.isFinite)).toEqual([false, true, true]);
    expect(warnings).toEqual([expect.stringMatching(/2 most popular/)]);
  });
});
