import { expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { drawResamples } from './bootstrap.ts';
import { keptGain } from './kept.ts';

const users = 400;
const resamples = drawResamples(users, 500, createRandom(1, 'kept'));
const random = createRandom(2, 'values');
const blend = Float64Array.from({ length: users }, () => random.uniform());
/** The blend and a gain that differs from visitor to visitor. */
const gaining = (mean: number) => blend.map((value) => value + mean * (1 + random.normal()));

test('the share is that of the mean gains, and its interval is of pairs', () => {
  const device = gaining(0.1);
  const edge = device.map((value, user) => (blend[user] as number) + 0.9 * (value - (blend[user] as number)));
  const kept = keptGain({ edge, device, blend }, resamples)!;
  // Visitor by visitor the same share: no resample has another.
  for (const value of [kept.mean, kept.low, kept.high]) expect(value).toBeCloseTo(0.9, 10);
  const noisy = keptGain({ edge: gaining(0.09), device, blend }, resamples)!;
  expect(noisy.low).toBeLessThan(noisy.mean);
  expect(noisy.high).toBeGreaterThan(noisy.mean);
  expect(noisy.mean).toBeGreaterThan(0.7);
  expect(noisy.mean).toBeLessThan(1.1);
});

test('a visitor without a value is in neither mean', () => {
  const [device, edge] = [blend.map((value) => value + 0.2), blend.map((value) => value + 0.1)];
  edge[0] = Number.NaN;
  device[1] = Number.NaN;
  expect(keptGain({ edge, device, blend }, resamples)!.mean).toBeCloseTo(0.5, 10);
});

test('of a gain that may be none there is no share', () => {
  const noise = Float64Array.from(blend, (value, user) => value + (user % 2 === 0 ? 0.2 : -0.2));
  expect(keptGain({ edge: gaining(0.1), device: noise, blend }, resamples)).toBeUndefined();
  expect(keptGain({ edge: blend, device: blend, blend }, resamples)).toBeUndefined();
});
