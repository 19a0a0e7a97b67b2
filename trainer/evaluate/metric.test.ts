import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { bootstrapDifference, bootstrapMean, drawResamples } from './bootstrap.ts';
import { areaUnderCurve, averagePrecisionAt, hitAt, ndcgAt, precisionAt, recallAt, reciprocalRankAt } from './metric.ts';

describe('metrics', () => {
  test('known answers', () => {
    const third = { places: [2], relevant: 1 };
    expect(ndcgAt(third, 10)).toBeCloseTo(0.5, 12);
    expect(ndcgAt(third, 2)).toBe(0);
    expect(recallAt(third, 10)).toBe(1);
    expect(reciprocalRankAt(third, 10)).toBeCloseTo(1 / 3, 12);
    const two = { places: [0, 3], relevant: 3 };
    expect(ndcgAt(two, 10)).toBeCloseTo((1 + 1 / Math.log2(5)) / (1 + 1 / Math.log2(3) + 0.5), 12);
    expect(averagePrecisionAt(two, 10)).toBeCloseTo((1 + 2 / 4) / 3, 12);
    expect(averagePrecisionAt(two, 1, two.relevant)).toBeCloseTo(1 / 3, 12);
    expect(recallAt(two, 3)).toBeCloseTo(1 / 3, 12);
    expect(precisionAt(two, 4)).toBe(0.5);
    expect(precisionAt(two, 10)).toBe(0.2);
    expect([hitAt(third, 2), hitAt(third, 3)]).toEqual([0, 1]);
  });

  test('NDCG equals scikit-learn 1.9.1: ndcg_score(k=5) of ten scored items, four of them relevant', () => {
    const scores = [0.1, 0.4, 0.35, 0.8, 0.2, 0.9, 0.55, 0.65, 0.05, 0.7];
    const order = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!);
    const places = [...order.keys()].filter((place) => [2, 3, 5, 7].includes(order[place]!));
    expect(ndcgAt({ places, relevant: 4 }, 5)).toBeCloseTo(0.8048099750039491, 12);
    // average_precision_score, which looks at the whole order.
    expect(averagePrecisionAt({ places, relevant: 4 }, 10)).toBeCloseTo(0.8303571428571428, 12);
  });

  test('are in [0, 1] and best for the ideal order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(30), { minLength: 1 }),
        fc.nat(5),
        fc.integer({ min: 1, max: 20 }),
        (found, missed, k) => {
          const placement = { places: found.sort((a, b) => a - b), relevant: found.length + missed };
          const ideal = { places: Array.from({ length: placement.relevant }, (_, i) => i), relevant: placement.relevant };
          for (const metric of [ndcgAt, recallAt, averagePrecisionAt, reciprocalRankAt, hitAt, precisionAt]) {
            expect(metric(placement, k)).toBeGreaterThanOrEqual(0);
            expect(metric(placement, k)).toBeLessThanOrEqual(metric(ideal, k) + 1e-12);
          }
          expect(ndcgAt(ideal, k)).toBeCloseTo(1, 12);
        },
      ),
    );
  });

  test('AUC: ties count as lost, missing scores as lowest', () => {
    expect(areaUnderCurve([3, 2, 1], (i) => i === 0)).toBe(1);
    expect(areaUnderCurve([3, 2, 2], (i) => i === 1)).toBe(0);
    expect(areaUnderCurve([1, Number.NaN], (i) => i === 0)).toBe(1);
    expect(areaUnderCurve([1, 2], () => true)).toBeNaN();
  });

  test('AUC is the share of won pairs', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(0, 1, 2, Number.NaN), fc.boolean())), (rows) => {
        const value = (score: number) => (Number.isNaN(score) ? -1 : score);
        const pairs = rows.flatMap(([a, yes]) => (yes ? rows.filter(([, no]) => !no).map(([b]) => value(a) > value(b)) : []));
        const share = pairs.filter(Boolean).length / pairs.length;
        expect(
          areaUnderCurve(
            rows.map(([score]) => score),
            (i) => rows[i]![1],
          ),
        ).toEqual(share);
      }),
    );
  });
});

describe('bootstrap', () => {
  const random = createRandom(3, 'values');
  const values = Float64Array.from({ length: 400 }, () => 0.3 + 0.1 * random.normal());
  const resamples = drawResamples(400, 1000, createRandom(1, 'bootstrap'));

  test('the interval has the width of the normal approximation', () => {
    const { mean, low, high } = bootstrapMean(values, resamples);
    const halfWidth = (1.96 * 0.1) / Math.sqrt(400);
    expect(mean - low).toBeGreaterThan(0.8 * halfWidth);
    expect(mean - low).toBeLessThan(1.2 * halfWidth);
    expect(high - mean).toBeLessThan(1.2 * halfWidth);
  });

  test('a paired difference is narrower than its parts when they agree', () => {
    const shifted = values.map((value, i) => value + 0.02 + 0.001 * (i % 2));
    const { low, high } = bootstrapDifference(shifted, values, resamples);
    expect(low).toBeGreaterThan(0.02);
    expect(high).toBeLessThan(0.021);
  });

  test('users without a value are left out; none at all gives zeros', () => {
    expect(bootstrapMean(Float64Array.of(1, Number.NaN, 3), drawResamples(3, 10, random)).mean).toBe(2);
    expect(bootstrapMean(Float64Array.of(Number.NaN), drawResamples(1, 10, random))).toEqual({ mean: 0, low: 0, high: 0 });
  });
});
