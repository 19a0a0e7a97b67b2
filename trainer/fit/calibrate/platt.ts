import type { Calibration } from '../../../shared/rank/calibration.ts';
import { type ExaminedRows, fitExaminedLogistic } from '../unbiased/examined-logistic.ts';
import type { ScoredClicks } from './clicks.ts';

type Platt = Extract<Calibration, { kind: 'platt' }>;

/**
 * Platt 1999 with his smoothed targets, (clicks + 1) / (clicks + 2) and 1 / (others + 2), so that all or none clicked stays finite; what is fitted is
 * P(click) = examination x probability. Scores that say the contrary give the same probability to all.
 */
export function fitPlatt({ scores, clicks, examination }: ScoredClicks): Platt {
  const n = scores.length;
  let clicked = 0;
  for (let i = 0; i < n; i++) if ((clicks[i] as number) > 0) clicked++;
  const [high, low] = [(clicked + 1) / (clicked + 2), 1 / (n - clicked + 2)];
  const { mean, deviation } = spreadOf(scores);
  const inputs = new Float64Array(2 * n).fill(1);
  for (let i = 0; i < n; i++) inputs[2 * i] = ((scores[i] as number) - mean) / deviation;
  const rows = {
    clicks: Float64Array.from({ length: n }, (_, i) => ((clicks[i] as number) > 0 ? high : low)),
    examination: Float64Array.from(examination),
  };
  const [slope = 0, intercept = 0] = fitExaminedLogistic({ columns: 2, inputs, ...rows }, ridge);
  if (slope > 0) return { kind: 'platt', slope: slope / deviation, intercept: intercept - (slope * mean) / deviation };
  const level: ExaminedRows = { columns: 1, inputs: new Float64Array(n).fill(1), ...rows };
  return { kind: 'platt', slope: 0, intercept: fitExaminedLogistic(level, ridge)[0] ?? 0 };
}

/** Only so much that the search has one end. */
const ridge = 1e-6;

function spreadOf(values: ArrayLike<number>): { mean: number; deviation: number } {
  const list = Array.from(values);
  const mean = list.reduce((sum, value) => sum + value, 0) / Math.max(1, list.length);
  const variance = list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, list.length);
  return { mean, deviation: Math.sqrt(variance) || 1 };
}
