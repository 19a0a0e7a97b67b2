import type { Matrix, Ops } from '../../neural/ops.ts';
import { encode, type Network } from './network.ts';

/** Scores histories, some at a time, by a network with room for `capacity` tokens. */
export interface Scorer {
  /** Visits score [candidates] of every history: of all items, by number, in a view that the next visit overwrites. */
  score(histories: readonly Int32Array[], visit: (h: number, scores: (item: number) => number) => void): void;
}

const historiesAtOnce = 64;
const itemsAtOnce = 4096;

/** @param histories item numbers, oldest first; a history without items gets what its absence gives: zeros. */
export function createScorer(ops: Ops, network: Network, capacity: number): Scorer {
  const { shape, table, transformer } = network;
  const { items, rank, last } = shape;
  const [starts, ids, ages] = [ops.indices(historiesAtOnce + 1), ops.indices(capacity), ops.indices(capacity)];
  const [ends, turned] = [ops.matrix(historiesAtOnce, rank), ops.matrix(rank, historiesAtOnce)];
  const products = ops.matrix(Math.ceil(items / itemsAtOnce) * Math.min(items, itemsAtOnce), historiesAtOnce);
  const atOnce = Math.max(1, Math.min(historiesAtOnce, Math.floor(capacity / last)));

  function vectorsOf(some: readonly Int32Array[]): void {
    let tokens = 0;
    for (const [s, history] of some.entries()) {
      starts[s] = tokens;
      const first = Math.max(0, history.length - last);
      for (let p = first; p < history.length; p++) {
        ids[tokens] = history[p] as number;
        ages[tokens++] = history.length - 1 - p;
      }
    }
    starts[some.length] = tokens;
    encode(ops, network, { tokens, sequences: some.length, starts, ids, ages, vectors: table }, { rate: 0, seed: 0 });
    const { values } = transformer.output;
    ends.values.fill(0);
    for (let s = 0; s < some.length; s++) {
      const end = starts[s + 1] as number;
      if (end > (starts[s] as number)) ends.values.set(values.subarray((end - 1) * rank, end * rank), s * rank);
    }
  }

  return {
    score(histories, visit) {
      for (let from = 0; from < histories.length; from += atOnce) {
        const some = histories.slice(from, from + atOnce);
        vectorsOf(some);
        ops.transpose(ends, turned, historiesAtOnce);
        const whole: Matrix = { ...table, rows: items };
        ops.product(whole, turned, products, { rows: items });
        for (let h = 0; h < some.length; h++) visit(from + h, (item) => products.values[item * historiesAtOnce + h] as number);
      }
    },
  };
}
