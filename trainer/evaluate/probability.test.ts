import { expect, test } from 'vitest';
import { clickProbability } from '../../shared/rank/calibration.ts';
import { createRandom } from '../random.ts';
import { createProbabilityTally } from './probability.ts';

const platt = { kind: 'platt', slope: 1, intercept: -2 } as const;
const examination = [1, 0.5, 0.25];

/** Slates of three whose clicks come true as often as the calibration says, times `factor`. */
function tallyOf(factor: number) {
  const random = createRandom(1, 'slates');
  const tally = createProbabilityTally(platt, { examination });
  for (let q = 0; q < 6000; q++) {
    const scores = examination.map(() => random.normal());
    const clicks = scores.map((score, place) =>
      random.uniform() < factor * clickProbability(platt, score) * (examination[place] as number) ? 1 : 0,
    );
    tally.add(q % 500, scores, [0, 1, 2], clicks);
  }
  return tally.report(1);
}

test('probabilities that come true have no error that their number could not explain, others have, with an interval', () => {
  const right = tallyOf(1);
  expect(right?.impressions).toBe(18_000);
  expect(right?.ece.mean).toBeLessThan(0.01);
  expect(right?.eceByWidth.mean).toBeLessThan(0.01);
  expect(right?.logLoss).toBeLessThan(right?.baseLogLoss ?? 0);
  expect(right?.bins).toHaveLength(15);
  expect(right?.bins.every(({ n }) => n === 1200)).toBe(true);
  const wrong = tallyOf(0.5);
  expect(wrong?.ece.low).toBeGreaterThan(0.03);
  expect(wrong?.ece.low).toBeLessThanOrEqual(wrong?.ece.mean ?? 0);
  expect(wrong?.ece.high).toBeGreaterThanOrEqual(wrong?.ece.mean ?? 1);
});

test('of nothing there is no report', () => {
  expect(createProbabilityTally(platt, { examination }).report(1)).toBeUndefined();
});
