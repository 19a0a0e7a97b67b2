import type { SimilarTable } from '../../shared/retrieval/similar.ts';
import { type CandidateModel, groupBy, type Interactions } from './interactions.ts';

export interface SimilarSettings {
  /** Longest list per item. */
  readonly neighbours: number;
  /** Added to both norms: pairs of rare items need more evidence. */
  readonly shrinkage: number;
  /** Interactions of one visitor that are further apart than this many places are not a pair. */
  readonly window: number;
}

/** What came before counts as well, with less evidence than what came after. */
const backwardWeight = 0.5;
/**
 * Exponents of the norms of the seed and of the neighbour. 0.5 and 0.5 are the cosine, 1 and 0 the transition probability. A small exponent on
 * the neighbour keeps some of its popularity, which ranks better on ml-latest-small and on the simulated shop than the full cosine.
 */
const seedExponent = 0.5;
const neighbourExponent = 0.25;

/**
 * Item-to-item similarity on co-occurrence within a window. In a visitor's sequence (immediate repeats collapsed) two interactions d <= window
 * places apart add 1/d to c(i, j), the earlier being i, and backwardWeight/d to c(j, i). Then
 *
 *   s(i, j) = c(i, j) / ((n(i) + shrinkage)^seedExponent * (n(j) + shrinkage)^neighbourExponent)
 *
 * with n the number of interactions of an item (Sarwar et al. 2001 for the cosine; sequential rules of Ludewig and Jannach 2018 for the 1/d).
 */
export const similarModel: CandidateModel<SimilarSettings, SimilarTable> = {
  name: 'similar',
  fit(log, settings) {
    const sequences = collapse(log);
    const byItem = groupBy(sequences.item, log.items);
    const norm = { seed: new Float64Array(log.items), neighbour: new Float64Array(log.items) };
    for (let i = 0; i < log.items; i++) {
      const n = (byItem.offsets[i + 1] as number) - (byItem.offsets[i] as number) + settings.shrinkage;
      norm.seed[i] = n > 0 ? n ** -seedExponent : 0;
      norm.neighbour[i] = n > 0 ? n ** -neighbourExponent : 0;
    }
    const sum = new Float64Array(log.items);
    const offsets = new Uint32Array(log.items + 1);
    const ordinals: number[] = [];
    const scores: number[] = [];
    for (let i = 0; i < log.items; i++) {
      const touched: number[] = [];
      for (let e = byItem.offsets[i] as number; e < (byItem.offsets[i + 1] as number); e++) {
        accumulate(sequences, byItem.entries[e] as number, settings.window, sum, touched);
      }
      for (const j of touched) sum[j] = (sum[j] as number) * (norm.seed[i] as number) * (norm.neighbour[j] as number);
      touched.sort((a, b) => (sum[b] as number) - (sum[a] as number) || a - b);
      for (const j of touched.slice(0, settings.neighbours)) {
        ordinals.push(j);
        scores.push(sum[j] as number);
      }
      for (const j of touched) sum[j] = 0;
      offsets[i + 1] = ordinals.length;
    }
    return { n: log.items, offsets, ordinals: Uint32Array.from(ordinals), scores: Float32Array.from(scores) };
  },
};

/** All visitors' sequences end to end; `user` tells where one stops. */
interface Sequences {
  readonly user: Int32Array;
  readonly item: Int32Array;
}

function collapse(log: Interactions): Sequences {
  const byUser = groupBy(log.user, log.users);
  const user = new Int32Array(log.n);
  const item = new Int32Array(log.n);
  let n = 0;
  for (const entry of byUser.entries) {
    const u = log.user[entry] as number;
    const i = log.item[entry] as number;
    if (n > 0 && user[n - 1] === u && item[n - 1] === i) continue;
    user[n] = u;
    item[n] = i;
    n++;
  }
  return { user: user.subarray(0, n), item: item.subarray(0, n) };
}

/** Adds what surrounds the occurrence at place `at` to `sum`, noting each item that it meets for the first time. */
function accumulate(sequences: Sequences, at: number, window: number, sum: Float64Array, touched: number[]): void {
  const { user, item } = sequences;
  const i = item[at] as number;
  const u = user[at] as number;
  const add = (place: number, weight: number) => {
    const j = item[place] as number;
    if (j === i) return;
    if (sum[j] === 0) touched.push(j);
    sum[j] = (sum[j] as number) + weight;
  };
  for (let d = 1; d <= window && user[at + d] === u; d++) add(at + d, 1 / d);
  for (let d = 1; d <= window && user[at - d] === u; d++) add(at - d, backwardWeight / d);
}
