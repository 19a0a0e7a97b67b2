import { describe, expect, test } from 'vitest';
import { createRandom } from './random.ts';

const draw = (n: number, next: () => number) => Array.from({ length: n }, next);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('createRandom', () => {
  test('a seed is a stream; seeds that differ anywhere differ', () => {
    const first = (seed: number) => draw(4, createRandom(seed).next);
    expect(first(42)).toEqual(first(42));
    const streams = [0, 1, 2, 42, 2 ** 32, 2 ** 32 + 1, 2 ** 40].map((seed) => first(seed).join());
    expect(new Set(streams).size).toBe(streams.length);
  });

  test('a fork depends on its label, not on what was drawn before', () => {
    const drawn = createRandom(1);
    draw(10, drawn.next);
    expect(draw(3, drawn.fork('a').next)).toEqual(draw(3, createRandom(1).fork('a').next));
    expect(draw(3, drawn.fork('a').next)).not.toEqual(draw(3, drawn.fork('b').next));
  });

  test('distributions have their means and variances', () => {
    const random = createRandom(9);
    const n = 40_000;
    const near = (values: number[], m: number, variance: number) => {
      expect(Math.abs(mean(values) - m)).toBeLessThan(5 * Math.sqrt(variance / n));
      expect(mean(values.map((x) => (x - m) ** 2)) / variance).toBeCloseTo(1, 1);
    };
    near(draw(n, random.next), 0.5, 1 / 12);
    near(draw(n, random.normal), 0, 1);
    near(draw(n, random.exponential), 1, 1);
    near(
      draw(n, () => random.poisson(2.5)),
      2.5,
      2.5,
    );
    near(
      draw(n, () => random.weighted([1, 0, 3])),
      1.5,
      0.75,
    );
  });
});
