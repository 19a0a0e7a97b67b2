import type { Item } from '../contract/item.ts';
import { decodeTable, encodeTable, sectionOf, TableRefused } from '../contract/table.ts';
import { head, nothing, type Retrieved } from './retrieved.ts';
import { top } from './top.ts';
import { createUnion } from './union.ts';

/** Popularity lists: list 0 is overall, list 1 + c is of category c. List l is entries offsets[l] to offsets[l + 1], best first. */
export interface PopularTable {
  /** Items of the release. */
  readonly n: number;
  /** Category names; the one with the most popularity in its list first. */
  readonly categories: readonly string[];
  readonly offsets: Uint32Array;
  readonly ordinals: Uint32Array;
  readonly scores: Float32Array;
}

export interface PopularLimits {
  /** Greatest length of the overall list. */
  readonly overall: number;
  /** Greatest length of each category's list. */
  readonly perCategory: number;
}

/**
 * The table of a popularity per item.
 * @param scores Float32 [items.length], for example decayed counts; NaN leaves an item out.
 */
export const popularTable = (
  items: readonly Pick<Item, 'categories'>[],
  scores: Float32Array,
  limits?: PopularLimits,
): PopularTable => popularTables(items)(scores, limits);

/** Tables of the same items for one popularity after another: who is in a category is found out once. */
export function popularTables(
  items: readonly Pick<Item, 'categories'>[],
): (scores: Float32Array, limits?: PopularLimits) => PopularTable {
  const members = new Map<string, number[]>();
  for (const [ordinal, { categories }] of items.entries()) {
    for (const category of new Set(categories)) {
      const list = members.get(category);
      if (list) list.push(ordinal);
      else members.set(category, [ordinal]);
    }
  }
  const groups = Array.from(members, ([name, ordinals]) => ({ name, ordinals: Uint32Array.from(ordinals) }));
  return (scores, limits = { overall: 1000, perCategory: 200 }) => tableOf(items.length, groups, scores, limits);
}

interface Group {
  readonly name: string;
  readonly ordinals: Uint32Array;
}

function tableOf(n: number, groups: readonly Group[], scores: Float32Array, limits: PopularLimits): PopularTable {
  const total = ({ scores: list }: Retrieved) => list.reduce((sum, score) => sum + score, 0);
  const byCategory = groups
    .map(({ name, ordinals }) => {
      const own = new Float32Array(ordinals.length);
      for (let i = 0; i < own.length; i++) own[i] = scores[ordinals[i] as number] ?? Number.NaN;
      const list = top(ordinals, own, ordinals.length, limits.perCategory);
      return { name, list, total: total(list) };
    })
    .sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1));
  const all = new Uint32Array(n);
  for (let i = 0; i < n; i++) all[i] = i;
  const lists = [top(all, scores, n, limits.overall), ...byCategory.map(({ list }) => list)];
  const offsets = new Uint32Array(lists.length + 1);
  for (const [i, list] of lists.entries()) offsets[i + 1] = (offsets[i] as number) + list.ordinals.length;
  const table = {
    n,
    categories: byCategory.map(({ name }) => name),
    offsets,
    ordinals: new Uint32Array(offsets[lists.length] ?? 0),
    scores: new Float32Array(offsets[lists.length] ?? 0),
  };
  for (const [i, list] of lists.entries()) {
    table.ordinals.set(list.ordinals, offsets[i]);
    table.scores.set(list.scores, offsets[i]);
  }
  return table;
}

export const encodePopular = ({ n, categories, offsets, ordinals, scores }: PopularTable): Uint8Array<ArrayBuffer> =>
  encodeTable({ kind: 'popular', meta: { n, categories }, sections: { offsets, ordinals, scores } });

/** @throws TableRefused when the bytes are not such a table, a list is out of bounds or an entry is not an item. */
export function decodePopular(bytes: Uint8Array): PopularTable {
  const table = decodeTable(bytes, 'popular');
  const { n, categories } = table.meta;
  const offsets = sectionOf(table, 'offsets', 'u32');
  const ordinals = sectionOf(table, 'ordinals', 'u32');
  const scores = sectionOf(table, 'scores', 'f32');
  if (typeof n !== 'number' || !Array.isArray(categories) || !categories.every((name) => typeof name === 'string'))
    throw new TableRefused('popular: header lacks the number of items or the categories');
  const lists = categories.length + 1;
  if (offsets.length !== lists + 1 || offsets[0] !== 0 || offsets[lists] !== ordinals.length || scores.length !== ordinals.length)
    throw new TableRefused('popular: lists and entries do not add up');
  for (let i = 0; i < lists; i++)
    if ((offsets[i] as number) > (offsets[i + 1] as number)) throw new TableRefused(`popular: list ${i} is out of bounds`);
  for (const ordinal of ordinals) if (ordinal >= n) throw new TableRefused(`popular: entry ${ordinal} of ${n} items`);
  return { n, categories, offsets, ordinals, scores };
}

const listAt = ({ offsets, ordinals, scores }: PopularTable, list: number): Retrieved => ({
  ordinals: ordinals.subarray(offsets[list], offsets[list + 1]),
  scores: scores.subarray(offsets[list], offsets[list + 1]),
});

/** The most popular items. */
export const popular = (table: PopularTable, limit: number): Retrieved => head(listAt(table, 0), limit);

/** The most popular items of a category; nothing for a category that no item has. */
export function popularIn(table: PopularTable, category: string, limit: number): Retrieved {
  const c = table.categories.indexOf(category);
  return c < 0 ? nothing : head(listAt(table, 1 + c), limit);
}

/**
 * Breadth: in every round each category adds its best item that is not in yet, at most `perCategory` rounds. Score = 1 / (1 + round); within a
 * round the category with more popularity comes first.
 * @param among Only these categories, in this order; all by default.
 */
export function byCategory(table: PopularTable, perCategory: number, limit: number, among = table.categories): Retrieved {
  const lists = among.map((category) => ({ ordinals: popularIn(table, category, table.n).ordinals, next: 0 }));
  const union = createUnion(Math.max(0, limit));
  const scores = new Float32Array(union.ordinals.length);
  for (let round = 0; round < perCategory; round++) {
    const before = union.size();
    for (const list of lists) {
      const size = union.size();
      // A full union would have no slot for a new item.
      while (list.next < list.ordinals.length && size < limit && union.size() === size)
        union.slotOf(list.ordinals[list.next++] as number);
      if (union.size() > size) scores[size] = 1 / (1 + round);
    }
    if (union.size() === before) break;
  }
  return head({ ordinals: union.ordinals, scores }, union.size());
}
