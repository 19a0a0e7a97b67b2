import type { Item } from '../../shared/contract/item.ts';
import type { Retrieved } from '../../shared/retrieval/retrieved.ts';
import { top } from '../../shared/retrieval/top.ts';
import { byNeighbours, checkMixture, type Mixture, newestDistinct } from './by-neighbours.ts';
import { checkInteractions, groupBy } from './interactions.ts';
import type { CandidateModel, FittedModel } from './model.ts';
import { RowSums, tableOf } from './row-sums.ts';
import { checkOut } from './same-for-all.ts';

export interface ContentSettings extends Mixture {
  /** What a category or brand counts against a word. */
  readonly attributeWeight: number;
  /** Longest list of an item in a release. */
  readonly served: number;
}

/** Terms of more items than this share say nothing and cost most. */
const commonShare = 0.8;
/** Entries of terms that the lists of a whole catalogue may read, some ten nanoseconds each; and each item at least. */
const mostVisits = 3e9;
const leastVisits = 1000;

/**
 * Items alike by what a site says of them: words of title and text, categories and brand as terms, weighted by log(items / items with the term) (TF-IDF), cosine.
 * score(j) = sum over the last items i of a history of decay^rank * cosine(i, j). Learns nothing from interactions, so items that nobody met have scores and neighbours.
 */
export const contentModel: CandidateModel<ContentSettings> = {
  name: 'content',
  summary: 'items alike by title, text, categories and brand; the one for items that nobody met',
  defaults: () => ({ last: 10, decay: 0.8, attributeWeight: 1, served: 100 }),
  space: {
    last: [1, 5, 10, 20, 50],
    decay: { from: 0.5, to: 1, scale: 'linear' },
    attributeWeight: { from: 0.1, to: 10, scale: 'log' },
  },
  cost: ({ items }) => ({ seconds: 2e-5 * items, bytes: 600 * items }),
  refusal: (_, { items }) =>
    items?.some((item) => item.title !== '' || item.categories.length > 0) ? undefined : 'items have no attributes',
  async fit(log, settings, { items = [] }) {
    checkMixture('content', settings);
    if (!(settings.attributeWeight >= 0 && settings.attributeWeight <= 1e6))
      throw new RangeError(`content: attributeWeight of 0 or more expected, not ${settings.attributeWeight}`);
    if (!(Number.isInteger(settings.served) && settings.served >= 1))
      throw new RangeError(`content: served, a whole number above 0, expected, not ${settings.served}`);
    checkInteractions(log);
    return fitted(termsOf(items, log.items, settings.attributeWeight), settings);
  },
};

/** Items alike, by the item that they are asked for: they do not depend on interactions. */
export interface ContentLists {
  /** The most alike, best first, at most `served`; a list is made when it is first asked for. */
  of(i: number): Retrieved;
}

export function contentLists(
  catalogue: readonly Item[],
  { attributeWeight, served }: Pick<ContentSettings, 'attributeWeight' | 'served'>,
): ContentLists {
  const items = catalogue.length;
  const visit = listVisitorOf(termsOf(catalogue, items, attributeWeight));
  const sums = new RowSums(items);
  const scores = new Float32Array(items);
  const made: Retrieved[] = [];
  return {
    of(i) {
      const known = made[i];
      if (known) return known;
      visit(i, (j, value) => sums.add(j, value));
      for (let t = 0; t < sums.count; t++) {
        const j = sums.touched[t] as number;
        scores[t] = j === i ? Number.NaN : (sums.values[j] as number);
      }
      const list = top(sums.touched, scores, sums.count, served);
      sums.clear();
      made[i] = list;
      return list;
    },
  };
}

/** Sparse rows of unit length: entries offsets[i] to offsets[i + 1] belong to item i; and the same by term. */
interface Terms {
  readonly items: number;
  readonly offsets: Int32Array;
  readonly term: Int32Array;
  readonly weight: Float32Array;
  /** Beside the offsets by term: items and weights, so that a list of a common term is read in a row. */
  readonly postings: { readonly offsets: Int32Array; readonly item: Int32Array; readonly weight: Float32Array };
}

const wordsOf = (text: string): string[] =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

function termsOf(catalogue: readonly Item[], items: number, attributeWeight: number): Terms {
  const vocabulary = new Map<string, number>();
  const numberOf = (name: string): number => {
    const known = vocabulary.get(name) ?? vocabulary.size;
    vocabulary.set(name, known);
    return known;
  };
  const rows = Array.from({ length: items }, (_, i): Int32Array => {
    const item = catalogue[i];
    if (!item) return new Int32Array(0);
    const words = wordsOf(`${item.title} ${item.text ?? ''}`).map((word) => `w ${word}`);
    const attributes = [...item.categories.map((name) => `a ${name}`), ...(item.brand === undefined ? [] : [`b ${item.brand}`])];
    return Int32Array.from(new Set([...words, ...attributes].map(numberOf)));
  });
  const count = new Int32Array(vocabulary.size);
  for (const row of rows) for (const t of row) count[t] = (count[t] as number) + 1;
  const names = [...vocabulary.keys()];
  const value = Float64Array.from(count, (n, t) =>
    n < 2 || n > commonShare * items ? 0 : Math.log(items / n) * (names[t]?.startsWith('w ') ? 1 : attributeWeight),
  );
  const kept = rows.map((row) => row.filter((t) => (value[t] as number) > 0));
  const offsets = new Int32Array(items + 1);
  for (const [i, row] of kept.entries()) offsets[i + 1] = (offsets[i] as number) + row.length;
  const term = new Int32Array(offsets[items] ?? 0);
  const weight = new Float32Array(term.length);
  const itemOfEntry = new Int32Array(term.length);
  for (const [i, row] of kept.entries()) {
    const length = Math.sqrt(row.reduce((sum, t) => sum + (value[t] as number) ** 2, 0));
    for (const [e, t] of row.entries()) {
      const at = (offsets[i] as number) + e;
      term[at] = t;
      weight[at] = (value[t] as number) / length;
      itemOfEntry[at] = i;
    }
  }
  const { offsets: starts, entries } = groupBy(term, vocabulary.size);
  const postings = {
    offsets: starts,
    item: entries.map((entry) => itemOfEntry[entry] as number),
    weight: Float32Array.from(entries, (entry) => weight[entry] as number),
  };
  return { items, offsets, term, weight, postings };
}

/**
 * Tells what other items have in common with item i, by its rarest terms first and by so many entries at most.
 */
function visitorOf({ offsets, term, weight, postings }: Terms, most = Number.POSITIVE_INFINITY) {
  const startOf = (e: number) => postings.offsets[term[e] as number] as number;
  const lengthOf = (e: number) => (postings.offsets[(term[e] as number) + 1] as number) - startOf(e);
  return (i: number, add: (j: number, value: number) => void): void => {
    const first = offsets[i] as number;
    const entries = Array.from({ length: (offsets[i + 1] as number) - first }, (_, k) => first + k);
    entries.sort((a, b) => lengthOf(a) - lengthOf(b) || a - b);
    let left = most;
    for (const e of entries) {
      const end = startOf(e) + Math.min(left, lengthOf(e));
      left -= end - startOf(e);
      const own = weight[e] as number;
      for (let at = startOf(e); at < end; at++) add(postings.item[at] as number, own * (postings.weight[at] as number));
    }
  };
}

/**
 * What lists of a whole catalogue are made by: as many entries an item as there is time for, some 30,000 among 100,000 items. What is left out are large
 * categories, which say least. Catalogues of ten thousand items are read in full.
 */
const listVisitorOf = (terms: Terms) =>
  visitorOf(terms, Math.max(leastVisits, Math.floor(mostVisits / Math.max(1, terms.items))));

function fitted(terms: Terms, settings: ContentSettings): FittedModel {
  const { items, term, postings } = terms;
  const visit = visitorOf(terms);
  return {
    bytes: 4 * (items + postings.offsets.length) + 16 * term.length,
    score(histories, out) {
      checkOut(histories, out, items);
      out.fill(0);
      for (const [h, history] of histories.entries()) {
        for (const [rank, i] of newestDistinct(history, settings.last).entries()) {
          const voice = settings.decay ** rank;
          visit(i, (j, value) => {
            out[h * items + j] = (out[h * items + j] as number) + voice * value;
          });
        }
      }
      for (let at = 0; at < out.length; at++) if (out[at] === 0) out[at] = Number.NEGATIVE_INFINITY;
    },
    get artifact() {
      const near = listVisitorOf(terms);
      const table = tableOf(items, settings.served, (i, sums) => near(i, (j, value) => sums.add(j, value)));
      return byNeighbours(table, settings, settings.served).artifact;
    },
  };
}
