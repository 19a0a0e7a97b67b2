import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Calibration, checkCalibration, clickProbability, examinationAt } from './calibration.ts';

const platt: Calibration = { kind: 'platt', slope: 2, intercept: -3 };
const isotonic: Calibration = { kind: 'isotonic', scores: [-1, 0, 2], probabilities: [0.01, 0.1, 0.5] };
const document = { version: 1, light: platt, heavy: isotonic, examination: [1, 0.6, 0.4] };
const score = fc.double({ noNaN: true });

describe('calibration', () => {
  test('known answers', () => {
    expect(clickProbability(platt, 1.5)).toBe(0.5);
    expect(clickProbability(platt, 0)).toBeCloseTo(1 / (1 + Math.exp(3)), 12);
    const expected = { '-5': 0.01, '-1': 0.01, '-0.5': 0.055, '0': 0.1, '1': 0.3, '2': 0.5, '9': 0.5 };
    for (const [at, p] of Object.entries(expected)) expect(clickProbability(isotonic, Number(at))).toBeCloseTo(p, 12);
    expect(clickProbability(isotonic, Number.NaN)).toBeNaN();
    expect(clickProbability({ kind: 'platt', slope: 0, intercept: 0 }, Number.POSITIVE_INFINITY)).toBe(0.5);
  });

  test('monotone, and between 0 and 1', () => {
    const knots = fc
      .uniqueArray(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 9 })
      .chain((scores) =>
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: scores.length, maxLength: scores.length }).map(
          (probabilities): Calibration => ({
            kind: 'isotonic',
            scores: scores.sort((a, b) => a - b),
            probabilities: probabilities.sort((a, b) => a - b),
          }),
        ),
      );
    fc.assert(
      fc.property(fc.oneof(fc.constant(platt), knots), score, score, (calibration, a, b) => {
        const [low, high] = [clickProbability(calibration, Math.min(a, b)), clickProbability(calibration, Math.max(a, b))];
        return low >= 0 && high <= 1 && low <= high + 1e-12;
      }),
    );
  });

  test('places beyond the last are like it', () => {
    expect([0, 2, 7].map((place) => examinationAt(document, place))).toEqual([1, 0.4, 0.4]);
  });

  test.each<[object | null, RegExp]>([
    [null, /version/],
    [{ ...document, version: 2 }, /version must be 1/],
    [{ ...document, light: { ...platt, slope: -1 } }, /light must be/],
    [{ ...document, light: { ...platt, intercept: Number.NaN } }, /light must be/],
    [{ ...document, heavy: { ...isotonic, scores: [0, 0, 1] } }, /heavy must be/],
    [{ ...document, heavy: { ...isotonic, probabilities: [0.2, 0.1, 0.5] } }, /heavy must be/],
    [{ ...document, heavy: { ...isotonic, probabilities: [0.1, 0.5, 1.5] } }, /heavy must be/],
    [{ ...document, heavy: { kind: 'isotonic', scores: [], probabilities: [] } }, /heavy must be/],
    [{ ...document, heavy: undefined }, /heavy must be/],
    [{ ...document, examination: [] }, /examination must be/],
    [{ ...document, examination: [1, 0] }, /examination must be/],
  ])('refuses %j', (value, message) => {
    expect(() => checkCalibration(value)).toThrow(message);
  });

  test('a good document passes as it is', () => {
    expect(checkCalibration(document)).toBe(document);
  });
});
