import type { SimilarTable } from '../../shared/retrieval/similar.ts';
import { openProduct } from '../adapter/product.ts';
import { checkMixture, type Mixture, newestDistinct } from './by-neighbours.ts';
import { checkInteractions } from './interactions.ts';
import type { CandidateModel, FittedModel, History } from './model.ts';
import { neighboursByScores } from './neighbours-by-scores.ts';
import { checkOut } from './same-for-all.ts';
import { seenOnly } from './seen.ts';
import { pairsOf, type Sparse, transpose } from './sparse.ts';
import { leadingSubspace, subspaceBytes } from './subspace.ts';

export interface GfCfSettings extends Mixture {
  /** Singular vectors of the low-pass filter. */
  readonly rank: number;
  /** Weight of the low-pass filter beside the linear one. */
  readonly alpha: number;
  /** Longest list of an item in a release. */
  readonly served: number;
}

/** Rounds times degree of the subspace iteration, and its speed on one thread. */
const applications = 40;
const rounds = 6;
const productsPerSecond = 2e9;

/**
 * GF-CF: "How Powerful is Graph Convolution for Recommendation?" (Shen et al. 2021), in closed form. With R the distinct (user, item) pairs, D_u and D_i
 * its row and column sums, R~ = D_u^-1/2 R D_i^-1/2 and V the leading right singular vectors of R~, a history r has the scores
 *
 *   r (R~^T R~ + alpha D_i^-1/2 V V^T D_i^1/2)
 *
 * where the items of r count by decay^rank. R~^T R~ is applied by its factors and never made.
 */
export const gfCfModel: CandidateModel<GfCfSettings> = {
  name: 'gf-cf',
  summary: 'GF-CF: a normalised item filter and a low-pass filter of the graph of users and items',
  defaults: ({ users, itemsSeen, ordered }) => ({
    rank: Math.max(1, Math.min(256, Math.ceil(Math.min(users, itemsSeen) / 3))),
    alpha: 0.3,
    last: Number.POSITIVE_INFINITY,
    decay: ordered ? 0.85 : 1,
    served: 100,
  }),
  space: {
    rank: [32, 64, 128, 256, 512],
    alpha: { from: 0.05, to: 1, scale: 'log' },
    last: [10, 30, 100, Number.POSITIVE_INFINITY],
    decay: { from: 0.7, to: 1, scale: 'linear' },
  },
  cost({ users, items, itemsSeen, pairs }, { rank }) {
    const products = applications * 2 * pairs * rank + rounds * (1.5 * itemsSeen + 0.5 * users) * rank ** 2;
    return {
      seconds: products / productsPerSecond + rounds * 2e-8 * rank ** 3,
      bytes: subspaceBytes(users, itemsSeen, pairs, rank) + 16 * itemsSeen * rank + 24 * pairs + 4 * items,
    };
  },
  refusal: () => undefined,
  async fit(log, settings, context) {
    check(settings);
    checkInteractions(log);
    const { pairs, itemOfRow } = seenOnly(pairsOf(log));
    const root = (matrix: Sparse) =>
      Float64Array.from({ length: matrix.rows }, (_, r) =>
        Math.sqrt((matrix.offsets[r + 1] as number) - (matrix.offsets[r] as number)),
      );
    const graph: Graph = { pairs, columns: transpose(pairs), rootOfUser: root(pairs), rootOfItem: root(transpose(pairs)) };
    const rank = Math.min(settings.rank, pairs.rows, pairs.columns);
    const { vectors } = await leadingSubspace(
      pairs,
      (u, i) => 1 / ((graph.rootOfUser[u] as number) * (graph.rootOfItem[i] as number)),
      { rank, seed: context.seed, threads: context.threads, ...(context.progress && { progress: context.progress }) },
    );
    return fitted(graph, { items: log.items, itemOfRow, vectors, rank, nowMs: context.throughMs }, settings);
  },
};

function check({ rank, alpha, served, ...mixture }: GfCfSettings): void {
  checkMixture('gf-cf', mixture);
  for (const [name, value] of Object.entries({ rank, served }))
    if (!(Number.isInteger(value) && value >= 1 && value <= 4096))
      throw new RangeError(`gf-cf: ${name}, a whole number in [1, 4096], expected, not ${value}`);
  if (!(alpha >= 0 && alpha < 1e6)) throw new RangeError(`gf-cf: alpha of 0 or more expected, not ${alpha}`);
}

/** Users and items that have a pair. */
interface Graph {
  readonly pairs: Sparse;
  readonly columns: Sparse;
  /** Square roots of the numbers of pairs. */
  readonly rootOfUser: Float64Array;
  readonly rootOfItem: Float64Array;
}

interface Learnt {
  readonly items: number;
  readonly itemOfRow: Int32Array;
  /** [items of the graph x rank]. */
  readonly vectors: Float64Array;
  readonly rank: number;
  readonly nowMs: number;
}

/** Histories whose low-pass scores are made at once. */
const batch = 64;

async function fitted(
  graph: Graph,
  { items, itemOfRow, vectors, rank, nowMs }: Learnt,
  settings: GfCfSettings,
): Promise<FittedModel> {
  const n = itemOfRow.length;
  const rowOfItem = new Int32Array(items).fill(-1);
  for (const [row, item] of itemOfRow.entries()) rowOfItem[item] = row;
  const { rootOfItem } = graph;
  const asks = Float32Array.from(vectors, (value, at) => value / (rootOfItem[Math.floor(at / rank)] as number));
  const product = await openProduct(
    Float32Array.from(vectors, (value, at) => settings.alpha * value * (rootOfItem[Math.floor(at / rank)] as number)),
    n,
    rank,
  );
  const linear = createLinear(graph);
  const low = new Float32Array(batch * n);
  let neighbours: SimilarTable | undefined;

  const score = (histories: readonly History[], out: Float32Array): void => {
    checkOut(histories, out, items);
    out.fill(Number.NEGATIVE_INFINITY);
    for (let from = 0; from < histories.length; from += batch) {
      const voices = histories.slice(from, from + batch).map((history) => voicesOf(history, rowOfItem, settings));
      const questions = new Float32Array(voices.length * rank);
      for (const [h, { rows, weights }] of voices.entries()) {
        for (const [v, row] of rows.entries())
          for (let k = 0; k < rank; k++)
            questions[h * rank + k] =
              (questions[h * rank + k] as number) + (weights[v] as number) * (asks[row * rank + k] as number);
      }
      product.multiply(questions, low.subarray(0, voices.length * n));
      for (const [h, voice] of voices.entries()) {
        if (voice.rows.length === 0) continue;
        const sums = linear(voice);
        const to = (from + h) * items;
        for (let row = 0; row < n; row++)
          out[to + (itemOfRow[row] as number)] = (sums[row] as number) + (low[h * n + row] as number);
      }
    }
  };
  return {
    bytes: product.bytes + asks.byteLength + low.byteLength + rowOfItem.byteLength + 8 * graph.pairs.indices.length + 24 * n,
    score,
    get artifact() {
      neighbours ??= neighboursByScores(score, { items, known: itemOfRow, longest: settings.served, nowMs });
      return { neighbours };
    },
  };
}

/** Rows of the graph that speak, and how loudly. */
interface Voices {
  readonly rows: readonly number[];
  readonly weights: readonly number[];
}

function voicesOf(history: History, rowOfItem: Int32Array, { last, decay }: Mixture): Voices {
  const rows: number[] = [];
  const weights: number[] = [];
  for (const [rank, item] of newestDistinct(history, last).entries()) {
    const row = rowOfItem[item] as number;
    if (row < 0) continue;
    rows.push(row);
    weights.push(decay ** rank);
  }
  return { rows, weights };
}

/** r R~^T R~ for one history after the other; the result is overwritten by the next. */
function createLinear({ pairs, columns, rootOfUser, rootOfItem }: Graph): (voices: Voices) => Float64Array {
  const ofUser = new Float64Array(pairs.rows);
  const touched = new Int32Array(pairs.rows);
  const sums = new Float64Array(pairs.columns);
  const inverse = rootOfItem.map((value) => 1 / value);
  return ({ rows, weights }) => {
    let count = 0;
    for (const [v, row] of rows.entries()) {
      const value = (weights[v] as number) * (inverse[row] as number);
      for (let e = columns.offsets[row] as number; e < (columns.offsets[row + 1] as number); e++) {
        const u = columns.indices[e] as number;
        if (ofUser[u] === 0) touched[count++] = u;
        ofUser[u] = (ofUser[u] as number) + value;
      }
    }
    sums.fill(0);
    for (let t = 0; t < count; t++) {
      const u = touched[t] as number;
      const value = (ofUser[u] as number) / (rootOfUser[u] as number) ** 2;
      ofUser[u] = 0;
      for (let e = pairs.offsets[u] as number; e < (pairs.offsets[u + 1] as number); e++) {
        const row = pairs.indices[e] as number;
        sums[row] = (sums[row] as number) + value;
      }
    }
    for (let row = 0; row < sums.length; row++) sums[row] = (sums[row] as number) * (inverse[row] as number);
    return sums;
  };
}
