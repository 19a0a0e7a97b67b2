import { describe, expect, test } from 'vitest';
import { logLoss, rootMeanSquare } from './accuracy.ts';
import { areaUnderCurve } from './metric.ts';

// Figures of scikit-learn 1.9.1: roc_auc_score, log_loss and mean_squared_error ** .5 on these columns.
const outcome = [0, 0, 1, 1, 0, 1, 0, 1, 0, 0];
const probability = [0.1, 0.4, 0.35, 0.8, 0.2, 0.9, 0.55, 0.65, 0.05, 0.7];

describe('accuracy', () => {
  test('equals scikit-learn', () => {
    expect(logLoss(probability, outcome)).toBeCloseTo(0.47022125932324527, 12);
    expect(areaUnderCurve(probability, (i) => outcome[i] === 1)).toBeCloseTo(0.8333333333333333, 12);
    expect(rootMeanSquare([2.5, 4, 2, 2.25], [3, 4.5, 1, 2])).toBeCloseTo(0.625, 12);
  });

  test('a sure mistake is dear, not infinite', () => {
    expect(logLoss([0], [1])).toBeCloseTo(-Math.log(1e-15), 6);
    expect(logLoss([1], [1])).toBeCloseTo(0, 12);
  });

  test('columns of different lengths are refused', () => {
    expect(() => rootMeanSquare([1], [1, 2])).toThrow(/1 predictions of 2 values/);
  });
});
