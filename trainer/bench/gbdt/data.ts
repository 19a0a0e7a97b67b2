import type { TreeRows } from '../../fit/trees/rows.ts';
import { createRandom } from '../../random.ts';

export const columns = 40;

/** Normal columns, of which seven decide a label of 0 or 1 by sums, products, a wave and steps; the others are noise. */
export function clicks(rows: number, seed: number): TreeRows {
  const random = createRandom(seed, 'bench/gbdt');
  const features = Float32Array.from({ length: rows * columns }, () => random.normal());
  const labels = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const x = (column: number) => features[row * columns + column] as number;
    const score = x(0) + 0.8 * x(1) * x(2) + Math.sin(2 * x(3)) + (x(4) > 0.5 ? 0.5 * x(5) : 0) + 0.3 * (x(6) ** 2 - 1);
    labels[row] = random.uniform() < 1 / (1 + Math.exp(-score)) ? 1 : 0;
  }
  return { columns, features, labels };
}
