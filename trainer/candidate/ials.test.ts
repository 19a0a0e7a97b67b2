import { describe, expect, test } from 'vitest';
import { plainCoordinateBlocks, plainGram } from '../../shared/kernel/als-plain.ts';
import { contextOf, historyOf, logOf, scoresOf, twoTastes } from './fixture.case.ts';
import { fitIals, ialsModel } from './ials.ts';
import { modelCases } from './model.case.ts';
import { shapeOf } from './shape.ts';

modelCases(ialsModel, {
  settings: { rank: 8, iterations: 6 },
  badSettings: [
    { rank: 0 },
    { rank: 2.5 },
    { rank: 1000 },
    { iterations: 0 },
    { regularisation: 0 },
    { regularisation: Number.NaN },
    { unobservedWeight: -1 },
    { exponent: 3 },
    { halfLife: 0 },
    { weighting: 'twice' as 'once' },
    { solver: 'guess' as 'cholesky' },
  ],
  personal: 'history',
});

describe('iALS', () => {
  const log = twoTastes();
  const settings = { ...ialsModel.defaults(shapeOf(log)), rank: 8, iterations: 6 };
  const vectorsOf = async (more: object, start?: Parameters<typeof fitIals>[3]) =>
    (await fitIals(log, { ...settings, ...more }, contextOf(log), start)).artifact.vectors!;

  // Rendle et al. 2021 (ML-20M, MSD) and 2020 (ML-1M): users, items, pairs, regularisation, unobserved weight.
  test.each([
    ['ML-1M', 6040, 3706, 994_169, 0.007, 0.3],
    ['ML-20M', 116_677, 20_108, 8_500_000, 0.003, 0.1],
    ['MSD', 471_355, 41_140, 27_700_000, 0.002, 0.02],
  ])('defaults are near the published optima of %s', (_, users, items, pairs, regularisation, unobservedWeight) => {
    const shape = {
      users,
      items,
      itemsSeen: items,
      pairs,
      interactions: pairs,
      coOccurrences: 0,
      ordered: false,
      sessions: false,
      valued: false,
      segments: 0,
    };
    const settings = ialsModel.defaults(shape);
    expect(settings.regularisation / regularisation).toBeCloseTo(1, 0);
    expect(settings.unobservedWeight / unobservedWeight).toBeGreaterThan(0.4);
    expect(settings.unobservedWeight / unobservedWeight).toBeLessThan(2.5);
    expect(settings.rank).toBeGreaterThanOrEqual(192);
  });

  test('every solver comes to the same solution', async () => {
    const long = { iterations: 60, regularisation: 0.05, unobservedWeight: 0.3 };
    const exact = await vectorsOf({ ...long, solver: 'cholesky' });
    for (const solver of ['conjugate-gradient', 'blocks']) {
      const { values } = await vectorsOf({ ...long, solver });
      // Factors are unique up to a rotation: compare the items' inner products.
      for (const [a, b] of [
        [0, 0],
        [0, 1],
        [3, 25],
        [39, 21],
      ] as const) {
        const product = (v: Float32Array) => v.subarray(a * 8, a * 8 + 8).reduce((sum, x, k) => sum + x * v[b * 8 + k]!, 0);
        expect(product(values)).toBeCloseTo(product(exact.values), 2);
      }
    }
  });

  test('scores are inner products with the exactly folded-in vector', async () => {
    const fitted = await fitIals(log, settings, contextOf(log));
    const { values, rank } = fitted.artifact.vectors!;
    const scores = scoresOf(fitted, [historyOf([3, 7, 3, 24])], 41);
    // The newest interaction of each item counts: 24 weighs 1, 3 half of it after `halfLife` later items.
    const indices = [3, 7, 24];
    const weights = [1, 2, 0].map((later) => 2 ** (-later / settings.halfLife));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const ridge = settings.regularisation * (total + settings.unobservedWeight * 40) ** settings.exponent;
    const gram = plainGram(values, rank, settings.unobservedWeight);
    const vector = new Float64Array(rank);
    plainCoordinateBlocks({ fixed: values, rank, indices, weights, gram, ridge }, vector, rank);
    for (let item = 0; item < 40; item++) {
      const expected = vector.reduce((sum, x, k) => sum + x * values[item * rank + k]!, 0);
      expect(scores[item]!).toBeCloseTo(expected, 4);
    }
    expect(scores[40]).toBe(Number.NEGATIVE_INFINITY);
  });

  test('a warm start goes on where the former fit stopped', async () => {
    const former = await vectorsOf({ iterations: 40 });
    const gap = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((value, k) => value - b[k]!)) / Math.hypot(...b);
    const warm = await vectorsOf({ iterations: 1 }, former);
    expect(gap(warm.values, former.values)).toBeLessThan(0.02);
    await expect(vectorsOf({ rank: 9 }, former)).rejects.toThrow(RangeError);
    const broken = { ...former, values: former.values.map(() => Number.NaN) };
    await expect(vectorsOf({}, broken)).rejects.toThrow(RangeError);
  });

  test('a pair counts once unless a weighting is asked for', async () => {
    const pairs = [
      [0, 0],
      [0, 1],
      [1, 1],
      [1, 2],
      [2, 0],
      [2, 2],
    ] as const;
    const repeated = logOf([...pairs, [0, 0], [0, 0]], 3, 3);
    const small = { ...settings, rank: 2 };
    const values = async (which: typeof repeated, weighting: 'once' | 'sum' | 'strongest') =>
      (await fitIals(which, { ...small, weighting }, contextOf(which))).artifact.vectors!.values;
    const plain = await values(logOf(pairs, 3, 3), 'once');
    expect(await values(repeated, 'once')).toEqual(plain);
    expect(await values(repeated, 'strongest')).toEqual(plain);
    expect(await values(repeated, 'sum')).not.toEqual(plain);
  });
});
