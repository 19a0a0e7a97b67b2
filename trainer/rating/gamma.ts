import type { Random } from '../random.ts';

/** A draw from Gamma(shape, 1), shape >= 1 (Marsaglia and Tsang 2000, "A simple method for generating gamma variables"). */
export function drawGamma(shape: number, random: Random): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
