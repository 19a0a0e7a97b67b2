import { plainGram } from '../../shared/kernel/als-plain.ts';
import { openPool } from '../adapter/pool.ts';
import { type Penalty, ridgeOf, scratchBytesOf } from './als-solver.ts';

/** Exact user vectors for histories, given item factors. */
export interface FoldIn {
  readonly bytes: number;
  /** Vectors [histories x stride]; zeros for an empty history. */
  vectorsOf(histories: readonly FoldedHistory[]): Float32Array<ArrayBuffer>;
}

export interface FoldedHistory {
  /** Distinct rows of the factors. */
  readonly rows: Int32Array;
  /** Of the same length, above 0. */
  readonly weights: Float32Array;
}

/**
 * Folding in (Hu, Koren and Volinsky 2008): with the items' factors fixed, a user's vector is the exact solution of a linear system.
 * @param factors [rows x stride], row-major.
 */
export async function openFoldIn(factors: Float32Array, stride: number, penalty: Penalty): Promise<FoldIn> {
  const pool = await openPool('als', { threads: 1, scratchBytes: scratchBytesOf(stride, stride, 0) });
  const fixed = pool.allocate(Float32Array, factors.length);
  fixed.set(factors);
  const gram = pool.allocate(Float32Array, stride * stride);
  gram.set(plainGram(factors, stride, penalty.unobservedWeight));
  const rows = factors.length / stride;
  const mostHistories = 256;
  const offsets = pool.allocate(Int32Array, mostHistories + 1);
  const ridge = pool.allocate(Float32Array, mostHistories);
  const solved = pool.allocate(Float32Array, mostHistories * stride);
  let indices = pool.allocate(Int32Array, 4096);
  let weights = pool.allocate(Float32Array, 4096);
  const solve = (histories: readonly FoldedHistory[]): Float32Array => {
    const entries = histories.reduce((sum, history) => sum + history.rows.length, 0);
    if (entries > indices.length) {
      indices = pool.allocate(Int32Array, 2 * entries);
      weights = pool.allocate(Float32Array, 2 * entries);
    }
    let at = 0;
    for (const [h, history] of histories.entries()) {
      indices.set(history.rows, at);
      weights.set(history.weights, at);
      at += history.rows.length;
      offsets[h + 1] = at;
      const weight = history.weights.reduce((sum, value) => sum + value, 0);
      ridge[h] = ridgeOf(penalty, weight, rows);
    }
    solved.fill(0);
    const system = [offsets, indices, weights, ridge, gram, fixed, solved].map((array) => array.byteOffset);
    pool.run('coordinateBlocks', { rows: histories.length, slice: mostHistories }, ...system, stride, stride);
    return solved.subarray(0, histories.length * stride);
  };
  return {
    get bytes() {
      return pool.bytes;
    },
    vectorsOf(histories) {
      const out = new Float32Array(histories.length * stride);
      for (let from = 0; from < histories.length; from += mostHistories)
        out.set(solve(histories.slice(from, from + mostHistories)), from * stride);
      return out;
    },
  };
}
