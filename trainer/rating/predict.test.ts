import { describe, expect, test } from 'vitest';
import type { Interactions } from '../candidate/interactions.ts';
import { createRandom } from '../random.ts';
import { drawGamma } from './gamma.ts';
import { drawGaussian } from './gaussian.ts';
import { predictRatings } from './predict.ts';

const settings = { rank: 2, sweeps: 80, burnIn: 20 };

interface World {
  readonly log: Interactions;
  readonly asked: { readonly user: Int32Array; readonly item: Int32Array };
  readonly truth: Float64Array;
}

/** value = 3 + b_u + c_i + p_u q_i + noise of deviation .3; a tenth of all pairs is asked, without noise. */
function world(): World {
  const random = createRandom(3, 'ratings-world');
  const draw = (n: number, deviation: number) => Float64Array.from({ length: n }, () => deviation * random.normal());
  const [users, items] = [80, 60];
  const [b, c, p, q] = [draw(users, 0.4), draw(items, 0.4), draw(users, 0.8), draw(items, 0.8)];
  const rows: number[][] = [];
  const asked: number[][] = [];
  for (let u = 0; u < users; u++) {
    for (let i = 0; i < items; i++) {
      const truth = 3 + b[u]! + c[i]! + p[u]! * q[i]!;
      if (random.uniform() < 0.1) asked.push([u, i, truth]);
      else if (random.uniform() < 0.6) rows.push([u, i, truth + 0.3 * random.normal()]);
    }
  }
  const column = (from: number[][], at: number) => Int32Array.from(from, (row) => row[at]!);
  return {
    log: {
      n: rows.length,
      users,
      items,
      user: column(rows, 0),
      item: column(rows, 1),
      tMs: new Float64Array(rows.length),
      weight: new Float32Array(rows.length).fill(1),
      value: Float32Array.from(rows, (row) => row[2]!),
    },
    asked: { user: column(asked, 0), item: column(asked, 1) },
    truth: Float64Array.from(asked, (row) => row[2]!),
  };
}

const distance = (a: Float64Array, b: Float64Array) => Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0) / a.length);

describe('ratings', () => {
  const { log, asked, truth } = world();

  test('finds biases and factors: far below what biases alone leave, and not far above what noise leaves', () => {
    const factors = distance(predictRatings(log, asked, settings, 1), truth);
    const biases = distance(predictRatings(log, asked, { ...settings, rank: 0 }, 1), truth);
    expect(biases).toBeGreaterThan(0.5);
    expect(factors).toBeLessThan(0.25);
  });

  test('the same seed gives the same predictions, another seed others', () => {
    const short = { rank: 1, sweeps: 4, burnIn: 2 };
    expect(predictRatings(log, asked, short, 1)).toEqual(predictRatings(log, asked, short, 1));
    expect(predictRatings(log, asked, short, 1)).not.toEqual(predictRatings(log, asked, short, 2));
  });

  test('stays within the range of the values, also for users and items without any', () => {
    const more = { ...log, users: log.users + 1, items: log.items + 1 };
    const pairs = { user: Int32Array.of(0, log.users, log.users), item: Int32Array.of(log.items, 0, log.items) };
    const low = Math.min(...log.value!);
    const high = Math.max(...log.value!);
    for (const value of predictRatings(more, pairs, settings, 1)) {
      expect(value).toBeGreaterThanOrEqual(low);
      expect(value).toBeLessThanOrEqual(high);
    }
  });

  test('equal values are predicted as such; a missing value is refused', () => {
    const same = { ...log, value: new Float32Array(log.n).fill(4) };
    expect([...predictRatings(same, asked, settings, 1)].every((value) => value === 4)).toBe(true);
    expect(() =>
      predictRatings({ ...log, value: log.value!.map((_, e) => (e === 5 ? Number.NaN : 1)) }, asked, settings, 1),
    ).toThrow(/needs a value/);
  });
});

describe('draws', () => {
  test('gamma has mean and variance of its shape', () => {
    const random = createRandom(1, 'gamma');
    for (const shape of [1, 2.5, 40]) {
      const draws = Array.from({ length: 20_000 }, () => drawGamma(shape, random));
      const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
      const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length;
      expect(mean / shape).toBeCloseTo(1, 1);
      expect(Math.abs(variance / shape - 1)).toBeLessThan(0.08);
    }
  });

  test('Gaussian has the mean and covariance of its precision', () => {
    const random = createRandom(2, 'gaussian');
    // Precision [[4, 1], [1, 2]] has the inverse [[2, -1], [-1, 4]] / 7; shift [1, 3] gives the mean [-1, 11] / 7.
    const sums = { x: 0, y: 0, xx: 0, xy: 0, yy: 0 };
    const n = 40_000;
    const out = new Float64Array(2);
    for (let i = 0; i < n; i++) {
      drawGaussian(Float64Array.of(4, 0, 1, 2), Float64Array.of(1, 3), out, random);
      const [x, y] = [out[0]! + 1 / 7, out[1]! - 11 / 7];
      sums.x += x / n;
      sums.y += y / n;
      sums.xx += (x * x) / n;
      sums.xy += (x * y) / n;
      sums.yy += (y * y) / n;
    }
    expect(sums.x).toBeCloseTo(0, 1);
    expect(sums.y).toBeCloseTo(0, 1);
    expect(sums.xx).toBeCloseTo(2 / 7, 2);
    expect(sums.xy).toBeCloseTo(-1 / 7, 2);
    expect(sums.yy).toBeCloseTo(4 / 7, 1);
  });
});
