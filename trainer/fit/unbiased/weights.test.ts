import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inverseWeights } from './weights.ts';

test('one over the probability, over the mean', () => {
  expect([...inverseWeights([1, 0.5, 0.25], 100)]).toEqual([3 / 7, 6 / 7, 12 / 7].map(Math.fround));
  expect([...inverseWeights([0.01, 0.0005], 4)]).toEqual([2 / 5, 8 / 5].map(Math.fround));
  expect([...inverseWeights([0, Number.NaN], 4)]).toEqual([1, 1]);
});

test('whatever was logged: finite, above 0, of mean 1, none above the clip', () => {
  const odd = fc.constantFrom(0, Number.NaN, 1e-6, -1, 2, Number.POSITIVE_INFINITY);
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.float({ min: 0, max: 1 }), odd), { minLength: 1, maxLength: 50 }), (probabilities) => {
      const weights = [...inverseWeights(probabilities, 20)];
      const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
      return weights.every((weight) => weight > 0 && weight <= 20.001) && Math.abs(mean - 1) < 1e-4;
    }),
  );
  expect(inverseWeights([], 20)).toHaveLength(0);
});
