import { describe, expect, test } from 'vitest';
import { symmetricEigen } from './eigen.ts';
import { contextOf, historyOf, scoresOf, twoTastes } from './fixture.case.ts';
import { gfCfModel } from './gf-cf.ts';
import { modelCases } from './model.case.ts';
import { pairsOf } from './sparse.ts';

modelCases(gfCfModel, {
  personal: 'history',
  settings: { rank: 4 },
  badSettings: [{ rank: 0 }, { rank: 1.5 }, { alpha: -1 }, { alpha: Number.NaN }, { last: 0 }],
});

describe('GF-CF', () => {
  const log = twoTastes();
  const settings = { rank: 2, alpha: 0.3, last: Number.POSITIVE_INFINITY, decay: 1, served: 10 };

  test('is the closed form', async () => {
    const { offsets, indices, rows } = pairsOf(log);
    const n = 40;
    const ofItem = new Float64Array(n);
    for (const i of indices) ofItem[i] = ofItem[i]! + 1;
    const filter = new Float64Array(n * n);
    for (let u = 0; u < rows; u++) {
      const own = indices.subarray(offsets[u], offsets[u + 1]);
      for (const i of own)
        for (const j of own) filter[i * n + j] = filter[i * n + j]! + 1 / (own.length * Math.sqrt(ofItem[i]! * ofItem[j]!));
    }
    // The two leading eigenvectors of R~^T R~ stand apart from the others: one per taste.
    const { vectors } = symmetricEigen(filter, n);
    const scores = scoresOf(await gfCfModel.fit(log, settings, contextOf(log)), [historyOf([3, 25, 3])], 41);
    for (let j = 0; j < n; j++) {
      const low = (i: number) =>
        (vectors[i * n]! * vectors[j * n]! + vectors[i * n + 1]! * vectors[j * n + 1]!) * Math.sqrt(ofItem[j]! / ofItem[i]!);
      const of = (i: number) => filter[i * n + j]! + 0.3 * low(i);
      expect(scores[j]).toBeCloseTo(of(3) + of(25), 5);
    }
    expect(scores[40]).toBe(Number.NEGATIVE_INFINITY);
  });

  test('neighbours in a release are of the same taste', async () => {
    const { neighbours } = (await gfCfModel.fit(log, settings, contextOf(log))).artifact;
    for (let i = 0; i < 40; i++)
      for (const j of neighbours!.ordinals.subarray(neighbours!.offsets[i], neighbours!.offsets[i + 1]))
        expect(j >= 20).toBe(i >= 20);
  });
});
