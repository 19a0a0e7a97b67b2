import type { Item } from '../../../shared/contract/item.ts';

/** What is known of items without anybody having met them, as rows of one table of feature vectors. */
export interface ItemFeatures {
  /** Features of item i: `features[offsets[i] .. offsets[i + 1]]`; there is one more item without any, at the end. */
  readonly offsets: Int32Array;
  readonly features: Int32Array;
  /** By item: 1 / sqrt(number of its features), so that long texts do not speak louder. */
  readonly weights: Float32Array;
  /** Rows of the table. */
  readonly count: number;
}

const longestGram = 2;
const mostWords = 64;
/** Prices are told apart by factors of two. */
const priceBucket = (price: number): number => Math.round(Math.log2(1 + Math.max(0, price)));

/**
 * Categories, brand, price bucket, and words and word pairs of title and text, hashed into `buckets` rows (Weinberger et al. 2009). Collisions are shared
 * vectors. Features of one item only are kept: they cost little, and the item may have neighbours tomorrow.
 * @param items absent: no item has a feature.
 */
export function itemFeatures(items: readonly Item[] | undefined, n: number, buckets: number): ItemFeatures {
  const offsets = new Int32Array(n + 2);
  const weights = new Float32Array(n + 1);
  const all: number[] = [];
  for (let i = 0; i < n; i++) {
    const item = items?.[i];
    const own = new Set(item ? namesOf(item).map((name) => hash(name) % buckets) : []);
    for (const feature of own) all.push(feature);
    offsets[i + 1] = all.length;
    weights[i] = own.size > 0 ? 1 / Math.sqrt(own.size) : 0;
  }
  offsets[n + 1] = all.length;
  return { offsets, features: Int32Array.from(all), weights, count: buckets };
}

function namesOf({ title, text, categories, brand, price }: Item): string[] {
  const names = categories.map((category) => `c:${category}`);
  if (brand !== undefined) names.push(`b:${brand}`);
  if (price !== undefined && Number.isFinite(price)) names.push(`p:${priceBucket(price)}`);
  const words = `${title} ${text ?? ''}`
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .slice(0, mostWords);
  for (let length = 1; length <= longestGram; length++)
    for (let at = 0; at + length <= words.length; at++) names.push(`w:${words.slice(at, at + length).join(' ')}`);
  return names;
}

/** FNV-1a over UTF-16 units, then mixed, because only the low bits are used. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let k = 0; k < text.length; k++) h = Math.imul(h ^ text.charCodeAt(k), 0x01000193);
  h ^= h >>> 16;
  h = Math.imul(h, 0x7feb352d);
  return (h ^ (h >>> 15)) >>> 0;
}
