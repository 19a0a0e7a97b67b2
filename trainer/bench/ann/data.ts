import type { Points } from '../../index/cluster.ts';
import { createRandom } from '../../random.ts';

export const kinds = ['clustered', 'spectrum', 'factors'] as const;
export type Kind = (typeof kinds)[number];

const clusters = 256;
const noise = 0.6;

/**
 * Generated vectors and queries of the same kind.
 *  - clustered: Gaussian clusters, normalised. Flatters lists.
 *  - spectrum: standard deviation (d + 1)^-0.5 in dimension d, no clusters.
 *  - factors: clusters on a spectrum, of lengths that fall with the rank of the item's popularity: a true maximum inner product.
 */
export function generate(kind: Kind, n: number, dim: number, queries: number, seed: number): { rows: Points; queries: Points } {
  const random = createRandom(seed, kind);
  const deviation = Float32Array.from({ length: dim }, (_, d) => (kind === 'clustered' ? 1 : (d + 1) ** -0.5));
  const normal = (count: number) =>
    Float32Array.from({ length: count * dim }, (_, at) => random.normal() * (deviation[at % dim] as number));
  const centres = normal(clusters);
  const draw = (count: number, lengthOf: (row: number) => number): Points => {
    const values = normal(count);
    for (let row = 0; row < count; row++) {
      const one = values.subarray(row * dim, (row + 1) * dim);
      const centre = random.below(clusters) * dim;
      if (kind !== 'spectrum')
        for (let d = 0; d < dim; d++) one[d] = noise * (one[d] as number) + (centres[centre + d] as number);
      const scale = kind === 'clustered' ? 1 / Math.hypot(...one) : lengthOf(row);
      for (let d = 0; d < dim; d++) one[d] = (one[d] as number) * scale;
    }
    return { n: count, dim, values };
  };
  return { rows: draw(n, (row) => (kind === 'factors' ? (row + 10) ** -0.35 : 1)), queries: draw(queries, () => 1) };
}
