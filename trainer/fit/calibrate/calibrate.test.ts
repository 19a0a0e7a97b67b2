import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Calibration, checkCalibration, clickProbability } from '../../../shared/rank/calibration.ts';
import { createRandom } from '../../random.ts';
import { chooseCalibration } from './choose.ts';
import type { ScoredClicks } from './clicks.ts';
import { fitIsotonic } from './isotonic.ts';
import { fitPlatt } from './platt.ts';

/** Impressions at places with falling examination, clicked as often as `wanted` says of the score. */
function draw(n: number, wanted: (score: number) => number, seed = 1): ScoredClicks {
  const random = createRandom(seed, 'calibrate');
  const scores = Float64Array.from({ length: n }, () => 3 * random.normal());
  const examination = Float64Array.from({ length: n }, (_, i) => ((i % 12) + 1) ** -0.6);
  const clicks = scores.map((score, i) => (random.uniform() < (examination[i] as number) * wanted(score) ? 1 : 0));
  return { scores, clicks, examination };
}
const logistic = (x: number) => 1 / (1 + Math.exp(-x));
const steps = (score: number) => (score < -1 ? 0.02 : score < 2 ? 0.1 : 0.6);
const valid = (calibration: Calibration) =>
  checkCalibration({ version: 1, light: calibration, heavy: calibration, examination: [1] });

describe('calibration', () => {
  test('Platt finds slope and intercept behind the examination', () => {
    const { slope, intercept } = fitPlatt(draw(40_000, (score) => logistic(0.7 * score - 1.5)));
    expect(Math.abs(slope - 0.7)).toBeLessThan(0.03);
    expect(Math.abs(intercept + 1.5)).toBeLessThan(0.06);
  });

  test('isotonic finds steps behind the examination', () => {
    const isotonic = fitIsotonic(draw(40_000, steps));
    for (const score of [-4, 0.5, 4]) expect(Math.abs(clickProbability(isotonic, score) - steps(score))).toBeLessThan(0.03);
  });

  test('isotonic pools what is out of order, as by hand', () => {
    // Pools (1 0 0) and (1 0); ten impressions keep 1/12 from 0 and 1.
    const isotonic = fitIsotonic({
      scores: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      clicks: [0, 0, 1, 0, 0, 1, 0, 1, 1, 1],
      examination: new Float64Array(10).fill(1),
    });
    const at = (score: number) => clickProbability(isotonic, score);
    expect(at(1)).toBeCloseTo(1 / 12, 12);
    expect(at(4)).toBeCloseTo(1 / 3, 12);
    expect(at(6.5)).toBeCloseTo(1 / 2, 12);
    expect(at(10)).toBeCloseTo(11 / 12, 12);
  });

  test('the one that foretells later impressions better is chosen', () => {
    expect(chooseCalibration(draw(20_000, (score) => logistic(0.7 * score - 1.5))).calibration.kind).toBe('platt');
    expect(chooseCalibration(draw(20_000, steps)).calibration.kind).toBe('isotonic');
  });

  test('whatever the scores and clicks: monotone, valid, and the share of clicks is met in the mean', () => {
    const impression = fc.tuple(
      fc.double({ min: -50, max: 50, noNaN: true }),
      fc.boolean(),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(impression, { maxLength: 40 }), (rows) => {
        const shown = {
          scores: rows.map(([score]) => score),
          clicks: rows.map(([, click]) => Number(click)),
          examination: rows.map(([, , seen]) => seen),
        };
        for (const calibration of [fitPlatt(shown), fitIsotonic(shown), chooseCalibration(shown).calibration]) {
          valid(calibration);
          const values = [-60, -10, 0, 10, 60].map((score) => clickProbability(calibration, score));
          for (const [i, value] of values.entries()) expect(value).toBeGreaterThanOrEqual((values[i - 1] ?? 0) - 1e-12);
        }
      }),
    );
  });

  test.each([0, 1])('all alike (%d): finite, and on that side', (click) => {
    const shown = { ...draw(200, () => 0), clicks: new Float64Array(200).fill(click) };
    for (const calibration of [fitPlatt(shown), fitIsotonic(shown)]) {
      valid(calibration);
      expect(Math.abs(clickProbability(calibration, 0) - click)).toBeLessThan(0.2);
    }
  });

  test('scores that say the contrary give one probability', () => {
    const shown = draw(5000, (score) => logistic(-score - 1));
    expect(fitPlatt(shown).slope).toBe(0);
  });
});
