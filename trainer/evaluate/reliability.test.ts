import { expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { calibrationError, reliability } from './reliability.ts';

test('bins by probability, weighted by what is in them', () => {
  // Two bins: mean probability .25 of which a half came true (2 of 6), .75 of which all did (4 of 6).
  const error = calibrationError([0.2, 0.3, 0.7, 0.8, 0.7, 0.8], [1, 0, 1, 1, 1, 1], { bins: 2, by: 'width' });
  expect(error).toBeCloseTo((2 / 6) * 0.25 + (4 / 6) * 0.25, 12);
  expect(calibrationError([1, 0], [1, 0], { bins: 10, by: 'width' })).toBe(0);
});

test('bins of equal mass', () => {
  const bins = reliability([0.04, 0.01, 0.03, 0.02], [1, 0, 0, 0], { bins: 2, by: 'mass' });
  expect(bins).toEqual([
    { n: 2, predicted: 0.015, observed: 0 },
    { n: 2, predicted: 0.035, observed: 0.5 },
  ]);
});

test('equal predictions are of one bin, whatever the order of the outcomes', () => {
  const outcome = [1, 1, 0, 0, 0, 0, 0, 0];
  expect(reliability(new Float64Array(8).fill(0.25), outcome, { bins: 4, by: 'mass' })).toEqual([
    { n: 8, predicted: 0.25, observed: 0.25 },
  ]);
});

test('probabilities that come true are calibrated, those twice as large are off by their mean', () => {
  const random = createRandom(3, 'reliability');
  const p = Float64Array.from({ length: 60_000 }, () => 0.2 * random.uniform());
  const outcome = p.map((share) => (random.uniform() < share ? 1 : 0));
  for (const by of ['mass', 'width'] as const) {
    expect(calibrationError(p, outcome, { bins: 15, by })).toBeLessThan(0.008);
    expect(
      calibrationError(
        p.map((share) => 2 * share),
        outcome,
        { bins: 15, by },
      ),
    ).toBeCloseTo(0.1, 2);
  }
});
