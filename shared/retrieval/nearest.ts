import type { Ordinal } from '../contract/id.ts';
import type { VectorIndex } from '../vector/search.ts';
import { rowOf, type VectorTable } from '../vector/table.ts';
import { nothing, type Retrieved, without } from './retrieved.ts';

/**
 * The query of a visit: mean of the seeds' L2-normalised vectors, weighted by decay^rank, rank 0 = newest. Float32 [dim]; zeros when no seed
 * has a direction.
 * @throws RangeError when a seed is not an item of the table.
 */
export function seedQuery(vectors: VectorTable, seeds: readonly Ordinal[], decay = 0.8): Float32Array<ArrayBuffer> {
  const query = new Float32Array(vectors.dim);
  let weights = 0;
  for (const [rank, seed] of seeds.entries()) {
    if (!(seed >= 0 && seed < vectors.n)) throw new RangeError(`seedQuery: seed ${seed} of ${vectors.n} items`);
    const row = rowOf(vectors, seed);
    const length = Math.hypot(...row);
    const weight = decay ** rank;
    weights += weight;
    if (length > 0)
      for (let d = 0; d < query.length; d++) query[d] = (query[d] as number) + (weight * (row[d] as number)) / length;
  }
  return weights > 0 ? query.map((x) => x / weights) : query;
}

/** Items whose vectors have the greatest inner product with the seeds' query. Seeds themselves are left out; nothing without a direction. */
export function nearestToSeeds(index: VectorIndex, vectors: VectorTable, seeds: readonly Ordinal[], limit: number): Retrieved {
  const query = seedQuery(vectors, seeds);
  if (query.every((x) => x === 0)) return nothing;
  return without(index.search(query, limit + seeds.length), seeds, limit);
}
