import type { SimilarTable } from '../../shared/retrieval/similar.ts';
import { checkMixture, type Mixture, newestDistinct } from './by-neighbours.ts';
import { checkInteractions } from './interactions.ts';
import { inversionBytes, openInversion } from './inverse.ts';
import type { CandidateModel, FitContext, FittedModel } from './model.ts';
import { tableOf } from './row-sums.ts';
import { checkOut } from './same-for-all.ts';
import { pairsOf, type Sparse } from './sparse.ts';

export interface EaseSettings extends Mixture {
  /** Added to the diagonal of the Gram matrix. */
  readonly regularisation: number;
  /** Items that take part at most, the most popular ones: time grows with their third power, memory with their second. */
  readonly mostItems: number;
  /** Longest list of an item in a release. */
  readonly served: number;
}

/** Multiplications and additions per second of the inverse on one thread. */
const invertedPerSecond = 4e9;

/**
 * EASE: "Embarrassingly Shallow Autoencoders for Sparse Data" (Steck 2019). The item-to-item matrix B with a diagonal of zeros that minimises
 * |X - X B|^2 + regularisation |B|^2 over the distinct (user, item) pairs X, in closed form:
 *
 *   P = (X^T X + regularisation I)^-1,   B_ij = -P_ij / P_jj
 *
 * and score(j) = sum over the items i of a history of decay^rank B_ij. Gram matrix and inverse are in float64, B is kept in float32.
 */
export const easeModel: CandidateModel<EaseSettings> = {
  name: 'ease',
  summary: 'EASE: a linear autoencoder over items, in closed form',
  defaults: ({ users, ordered }) => ({
    // 400 on MovieLens-100K and 800 on MovieLens-1M, between and around them by a power of the number of users.
    regularisation: Math.round(Math.min(1500, Math.max(50, 400 * (users / 943) ** 0.37))),
    mostItems: 10_000,
    last: Number.POSITIVE_INFINITY,
    decay: ordered ? 0.95 : 1,
    served: 100,
  }),
  space: {
    regularisation: { from: 10, to: 5000, scale: 'log' },
    last: [10, 30, 100, Number.POSITIVE_INFINITY],
    decay: { from: 0.7, to: 1, scale: 'linear' },
  },
  cost({ itemsSeen, coOccurrences, items }, { mostItems }) {
    const n = Math.min(itemsSeen, mostItems);
    return { seconds: coOccurrences * 2e-9 + n ** 3 / 2 / invertedPerSecond, bytes: inversionBytes(n) + 4 * n * n + 8 * items };
  },
  refusal: () => undefined,
  async fit(log, settings, context) {
    check(settings);
    checkInteractions(log);
    const pairs = pairsOf(log);
    const members = mostPopular(pairs, settings.mostItems);
    if (members.length === settings.mostItems) context.warn(`ease: only the ${members.length} most popular items take part`);
    return fitted({ items: log.items, members, weights: await weightsOf(pairs, members, settings, context) }, settings);
  },
};

function check({ regularisation, mostItems, served, ...mixture }: EaseSettings): void {
  checkMixture('ease', mixture);
  if (!(regularisation > 0 && regularisation < 1e12))
    throw new RangeError(`ease: regularisation above 0 expected, not ${regularisation}`);
  for (const [name, value] of Object.entries({ mostItems, served }))
    if (!(Number.isInteger(value) && value >= 1))
      throw new RangeError(`ease: ${name}, a whole number above 0, expected, not ${value}`);
}

/** The `most` items with the most users among those that have any, ascending. */
function mostPopular({ columns, indices }: Sparse, most: number): Int32Array {
  const users = new Int32Array(columns);
  for (const item of indices) users[item] = (users[item] as number) + 1;
  const seen = Int32Array.from(users.keys()).filter((item) => (users[item] as number) > 0);
  if (seen.length > most) seen.sort((a, b) => (users[b] as number) - (users[a] as number) || a - b);
  return seen.slice(0, most).sort();
}

/** Place of every item among the members, -1 for others. */
function placesOf(items: number, members: Int32Array): Int32Array {
  const place = new Int32Array(items).fill(-1);
  for (const [m, item] of members.entries()) place[item] = m;
  return place;
}

/** B [members x members], row-major. */
async function weightsOf(pairs: Sparse, members: Int32Array, settings: EaseSettings, context: FitContext): Promise<Float32Array> {
  const n = members.length;
  const weights = new Float32Array(n * n);
  if (n === 0) return weights;
  const inversion = await openInversion(n, context.threads);
  try {
    const { matrix, stride } = inversion;
    addGram(pairs, placesOf(pairs.columns, members), matrix, stride);
    for (let i = 0; i < n; i++) matrix[i * stride + i] = (matrix[i * stride + i] as number) + settings.regularisation;
    inversion.invert(context.progress);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        // Both are negated, which the quotient does not notice.
        weights[i * n + j] = i === j ? 0 : -(matrix[i * stride + j] as number) / (matrix[j * stride + j] as number);
      }
    }
    return weights;
  } finally {
    await inversion.close();
  }
}

/** The lower half of X^T X, added. */
function addGram(pairs: Sparse, place: Int32Array, matrix: Float64Array, stride: number): void {
  const own = new Int32Array(pairs.columns);
  for (let u = 0; u < pairs.rows; u++) {
    let count = 0;
    // Members are ascending, and so are a user's items: a user's places are too.
    for (let at = pairs.offsets[u] as number; at < (pairs.offsets[u + 1] as number); at++) {
      const m = place[pairs.indices[at] as number] as number;
      if (m >= 0) own[count++] = m;
    }
    for (let a = 0; a < count; a++) {
      const row = (own[a] as number) * stride;
      for (let b = 0; b <= a; b++) {
        const cell = row + (own[b] as number);
        matrix[cell] = (matrix[cell] as number) + 1;
      }
    }
  }
}

interface Learnt {
  readonly items: number;
  readonly members: Int32Array;
  readonly weights: Float32Array;
}

function fitted({ items, members, weights }: Learnt, settings: EaseSettings): FittedModel {
  const n = members.length;
  const place = placesOf(items, members);
  const sums = new Float64Array(n);
  let neighbours: SimilarTable | undefined;
  return {
    bytes: weights.byteLength + place.byteLength + members.byteLength + sums.byteLength,
    score(histories, out) {
      checkOut(histories, out, items);
      out.fill(Number.NEGATIVE_INFINITY);
      for (const [h, history] of histories.entries()) {
        sums.fill(0);
        let weight = 1;
        let spoke = false;
        for (const item of newestDistinct(history, settings.last)) {
          const m = place[item] as number;
          if (m >= 0) addRow(weights, m * n, weight, sums);
          spoke ||= m >= 0;
          weight *= settings.decay;
        }
        if (spoke) for (let m = 0; m < n; m++) out[h * items + (members[m] as number)] = sums[m] as number;
      }
    },
    get artifact() {
      neighbours ??= tableOf(items, settings.served, (i, row) => {
        const m = place[i] as number;
        for (let j = 0; m >= 0 && j < n; j++) {
          const value = weights[m * n + j] as number;
          if (value > 0) row.add(members[j] as number, value);
        }
      });
      return { neighbours };
    },
  };
}

function addRow(weights: Float32Array, row: number, weight: number, sums: Float64Array): void {
  for (let j = 0; j < sums.length; j++) sums[j] = (sums[j] as number) + weight * (weights[row + j] as number);
}
