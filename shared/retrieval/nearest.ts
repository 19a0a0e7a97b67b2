import type { Ordinal } from '../contract/id.ts';
import { foldIn } from '../vector/fold-in.ts';
import type { VectorIndex } from '../vector/search.ts';
import { rowOf, type VectorTable } from '../vector/table.ts';
import { nothing, type Retrieved, without } from './retrieved.ts';
import type { SeedEncoder } from './seed-encoder.ts';

/**
 * The query of a visit, float32 [dim], each seed weighted by decay^rank, rank 0 = newest: folded in where the table says how, else the mean of the seeds'
 * L2-normalised vectors. Zeros when no seed has a direction.
 * @throws RangeError when a seed is not an item of the table.
 */
export function seedQuery(vectors: VectorTable, seeds: readonly Ordinal[], decay = 0.8): Float32Array<ArrayBuffer> {
  for (const seed of seeds)
    if (!(seed >= 0 && seed < vectors.n)) throw new RangeError(`seedQuery: seed ${seed} of ${vectors.n} items`);
  return visitQuery(
    vectors,
    seeds.map((seed) => rowOf(vectors, seed)),
    decay,
  );
}

/** The same of the seeds' vectors. @param rows float32 [dim] each, newest first. */
export function visitQuery(
  { dim, fold }: Pick<VectorTable, 'dim' | 'fold'>,
  rows: readonly Float32Array[],
  decay = 0.8,
): Float32Array<ArrayBuffer> {
  const weights = rows.map((_, rank) => decay ** rank);
  return fold ? foldIn(fold, rows, weights) : meanDirection(rows, weights, dim);
}

function meanDirection(rows: readonly Float32Array[], weights: readonly number[], dim: number): Float32Array<ArrayBuffer> {
  const query = new Float32Array(dim);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  for (const [k, row] of rows.entries()) {
    const length = Math.hypot(...row);
    const scale = length > 0 ? (weights[k] as number) / (length * total) : 0;
    for (let d = 0; d < dim; d++) query[d] = (query[d] as number) + scale * (row[d] as number);
  }
  return query;
}

/**
 * Items whose vectors have the greatest inner product with the seeds' query, which a model makes where there is one. Seeds themselves are left out;
 * nothing without a direction. @throws what the model throws.
 */
export function nearestToSeeds(
  index: VectorIndex,
  { vectors, encoder }: { readonly vectors: VectorTable; readonly encoder?: SeedEncoder | undefined },
  seeds: readonly Ordinal[],
  limit: number,
): Retrieved {
  const query = encoder ? encoder(vectors, seeds) : seedQuery(vectors, seeds);
  if (query.every((x) => x === 0)) return nothing;
  return without(index.search(query, limit + seeds.length), seeds, limit);
}
