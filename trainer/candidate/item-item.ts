import { byNeighbours, checkMixture, type Mixture } from './by-neighbours.ts';
import { checkInteractions } from './interactions.ts';
import type { CandidateModel } from './model.ts';
import { type RowSums, tableOf } from './row-sums.ts';
import { pairsOf, type Sparse, transpose } from './sparse.ts';

export interface ItemItemSettings extends Mixture {
  /** `cosine`: every visitor is worth the same. `tf-idf`: the fewer items, the more. `bm25`: so, and popular items are held down instead of divided. */
  readonly weighting: 'cosine' | 'tf-idf' | 'bm25';
  /** Added to the product of norms: pairs of rare items need more evidence. */
  readonly shrinkage: number;
  /** Exponent of the neighbour's norm; 1 is the cosine, less keeps some of its popularity. */
  readonly neighbourExponent: number;
  /** BM25: how soon popularity saturates, and how much of it is divided by. */
  readonly k1: number;
  readonly b: number;
  /** Neighbourhood: lists are no longer than this, and those of a release no longer than `served`. */
  readonly keep: number;
  readonly served: number;
}

/**
 * Item-to-item similarity on co-occurrence in the histories of visitors (Sarwar et al. 2001, Deshpande and Karypis 2004). Of distinct (user, item) pairs
 * with weights w(u, i) = a(u) * b(i):
 *
 *   cosine, tf-idf   s(i, j) = sum over u of w(u, i) w(u, j) / (|w(i)| |w(j)|^neighbourExponent + shrinkage), a(u) = 1 or log(items / items of u), b = 1
 *   bm25             s(i, j) = sum over u of w(u, i) w(u, j), a as for tf-idf, b(i) = (k1 + 1) / (k1 (1 - b + b n(i) / mean n) + 1)
 *
 * where items are the documents and visitors the terms (Robertson and Zaragoza 2009).
 */
export const itemItemModel: CandidateModel<ItemItemSettings> = {
  name: 'item-item',
  summary: 'items that the same visitors met: cosine, TF-IDF or BM25',
  defaults: ({ ordered }) => ({
    weighting: 'tf-idf',
    shrinkage: 10,
    neighbourExponent: 1,
    k1: 1.2,
    b: 0.75,
    last: ordered ? 10 : Number.POSITIVE_INFINITY,
    decay: ordered ? 0.7 : 1,
    keep: 1000,
    served: 100,
  }),
  space: {
    weighting: ['cosine', 'tf-idf', 'bm25'],
    shrinkage: [0, 1, 5, 20, 100],
    neighbourExponent: [0.25, 0.5, 0.75, 1],
    k1: { from: 0.1, to: 100, scale: 'log' },
    b: { from: 0, to: 1, scale: 'linear' },
    last: [1, 5, 10, 20, Number.POSITIVE_INFINITY],
    decay: { from: 0.5, to: 1, scale: 'linear' },
    keep: [20, 50, 100, 200, 500, 1000],
  },
  cost: ({ pairs, items, coOccurrences }, { keep }) => ({
    seconds: coOccurrences * 5e-9 + items * 1e-6,
    bytes: 16 * pairs + 40 * items + 12 * Math.min(coOccurrences, items * keep),
  }),
  refusal: () => undefined,
  async fit(log, settings) {
    check(settings);
    checkInteractions(log);
    const users = pairsOf(log);
    const items = transpose(users);
    const { weighting, shrinkage, neighbourExponent } = settings;
    const voice = Float64Array.from({ length: log.users }, (_, u) => {
      const count = (users.offsets[u + 1] as number) - (users.offsets[u] as number);
      // One more item than there are: a visitor who met all of them still counts a little.
      return weighting === 'cosine' || count === 0 ? 1 : Math.log((1 + log.items) / count) ** 2;
    });
    const squares = squaredNorms(items, voice);
    const norm = squares.map(Math.sqrt);
    const neighbour = norm.map((value) => value ** neighbourExponent);
    const held = saturation(items, settings);
    const table = tableOf(
      log.items,
      settings.keep,
      (i, sums) => addCoOccurrences(users, items, i, voice, sums),
      weighting === 'bm25'
        ? (sum, i, j) => sum * (held[i] as number) * (held[j] as number)
        : (sum, i, j) => sum / ((norm[i] as number) * (neighbour[j] as number) + shrinkage),
    );
    return byNeighbours(table, settings, settings.served);
  },
};

function check(settings: ItemItemSettings): void {
  const { weighting, shrinkage, neighbourExponent, k1, b, keep, served } = settings;
  checkMixture('item-item', settings);
  if (!['cosine', 'tf-idf', 'bm25'].includes(weighting)) throw new RangeError(`item-item: no weighting "${weighting}"`);
  for (const [name, value] of Object.entries({ keep, served }))
    if (!(Number.isInteger(value) && value >= 1))
      throw new RangeError(`item-item: ${name}, a whole number above 0, expected, not ${value}`);
  for (const [name, value] of Object.entries({ shrinkage, neighbourExponent, k1 }))
    if (!(value >= 0 && value <= 1e6)) throw new RangeError(`item-item: ${name} of 0 or more expected, not ${value}`);
  if (!(b >= 0 && b <= 1)) throw new RangeError(`item-item: b in [0, 1] expected, not ${b}`);
}

/** sums(j) += sum over the users of item i who met j too of voice(u). */
export function addCoOccurrences(users: Sparse, items: Sparse, i: number, voice: Float64Array, sums: RowSums): void {
  for (let e = items.offsets[i] as number; e < (items.offsets[i + 1] as number); e++) {
    const u = items.indices[e] as number;
    const value = voice[u] as number;
    for (let at = users.offsets[u] as number; at < (users.offsets[u + 1] as number); at++)
      sums.add(users.indices[at] as number, value);
  }
}

function squaredNorms(items: Sparse, voice: Float64Array): Float64Array {
  const norms = new Float64Array(items.rows);
  for (let i = 0; i < items.rows; i++)
    for (let e = items.offsets[i] as number; e < (items.offsets[i + 1] as number); e++)
      norms[i] = (norms[i] as number) + (voice[items.indices[e] as number] as number);
  return norms;
}

/** b(i) of BM25. */
function saturation(items: Sparse, { k1, b }: ItemItemSettings): Float64Array {
  const mean = items.indices.length / Math.max(1, items.rows);
  return Float64Array.from({ length: items.rows }, (_, i) => {
    const length = ((items.offsets[i + 1] as number) - (items.offsets[i] as number)) / (mean || 1);
    return (k1 + 1) / (k1 * (1 - b + b * length) + 1);
  });
}
