import type { Pool } from '../../adapter/pool.ts';
import type { Binned } from './binned.ts';
import { createEntries } from './entries.ts';
import type { Leaf, Scales, Sums } from './grow.ts';
import type { Split } from './nodes.ts';
import { chunksOf } from './partition.ts';
import type { TreeSettings } from './settings.ts';

/** A split and what it takes to the left. `gain` is what it adds to the parent's. */
export interface Found extends Split {
  readonly left: Sums;
}

export interface Search {
  /** Of the tree that begins: the columns that take part (none: all). */
  begin(listed: Int32Array | undefined, scales: Scales): void;
  /** Histogram 0 of the first `rows` of the order. @returns their sums. */
  root(rows: number): Sums;
  /** The best split of the root, whose histogram is made. */
  split(root: Leaf): Found | undefined;
  /** Makes both histograms, of which `other` stands where the parent's was, and searches those that are asked. */
  children(
    own: Leaf,
    other: Leaf,
    asked: { readonly own: boolean; readonly other: boolean },
  ): [Found | undefined, Found | undefined];
}

const lineBytes = 64;
/** float64 elements of a node's limits and of a split, as in assembly/_split.ts. */
const nodeElements = 6;
const splitElements = 3;
/** Columns that one thread searches before it takes more: fewer wait too long for each other, more leave one idle. */
const columnsPerSlice = 8;

/** Fewer rows than this are added up by columns: each thread its own, and no sums to sum. */
const leastRowsPerPartial = 8192;

/** Bytes of a column's histogram: of an odd number of cache lines, so that columns do not fight for the same ones. */
export const widthOf = (bins: number): number => (Math.ceil((8 * (bins + 1)) / lineBytes) | 1) * lineBytes;

export interface SearchOf {
  readonly binned: Binned;
  readonly binCounts: readonly number[];
  readonly settings: TreeSettings;
  readonly order: Int32Array;
  readonly pairs: number;
}

export function createSearch(pool: Pool, { binned, binCounts, settings, order, pairs }: SearchOf): Search {
  const { columns } = binned;
  const width = widthOf(Math.max(...binCounts));
  const bytes = columns * width;
  const chunksMost = chunksOf(order.length, pool.threads, leastRowsPerPartial);
  const slots = pool.allocate(Int32Array, (settings.leaves * bytes) / 4);
  const partials = pool.allocate(Int32Array, chunksMost > 1 ? (chunksMost * bytes) / 4 : 0);
  const counts = pool.allocate(Int32Array, columns);
  counts.set(binCounts);
  const sparse = createEntries(pool, binned, width);
  const signs = pool.allocate(Int32Array, columns);
  signs.set(settings.monotone.slice(0, columns));
  const bounded = settings.monotone.some((sign) => sign !== 0);
  const limits = pool.allocate(Float64Array, 2 * nodeElements);
  const limitWords = new Int32Array(limits.buffer, limits.byteOffset, limits.length * 2);
  const splits = pool.allocate(Float64Array, 2 * columns * splitElements);
  const splitWords = new Int32Array(splits.buffer, splits.byteOffset, splits.length * 2);
  const listedMemory = pool.allocate(Int32Array, columns);
  let listed: Int32Array | undefined;
  let scales: Scales = { gradient: 1, hessian: 1 };
  const slotAt = (slot: number) => slots.byteOffset + slot * bytes;
  const listedAt = () => (listed ? listedMemory.byteOffset : 0);
  const columnCount = () => listed?.length ?? columns;

  /** @returns where the partial sums are, and how many. */
  const histogram = (begin: number, rows: number, slot: number): [number, number] => {
    const chunks = chunksOf(rows, pool.threads, leastRowsPerPartial);
    const chunk = Math.ceil(rows / chunks);
    const into = chunks === 1 ? slotAt(slot) : partials.byteOffset;
    const own = order.byteOffset + 4 * begin;
    if (sparse) {
      const of = [pairs, sparse.starts, sparse.entries, sparse.usual, counts.byteOffset, columns];
      pool.run('sparseHistogram', { rows, slice: chunk }, own, ...of, into, bytes, chunk, width);
      return [into, chunks];
    }
    const { address, stride } = binned;
    pool.run(
      'histogram',
      { rows, slice: chunk },
      ...[own, pairs, address, stride, listedAt(), columnCount(), into, bytes, chunk, width],
    );
    return [into, chunks];
  };

  const writeLimits = (k: number, { sums, rows, lower, upper }: Leaf): void => {
    limitWords.set([sums.hessian, sums.gradient], k * nodeElements * 2);
    const leastByRows = (settings.leastRows * sums.hessian) / rows;
    const ratio = scales.gradient / scales.hessian;
    limits.set([Math.max(1, leastByRows, settings.leastHessian * scales.hessian)], k * nodeElements + 1);
    limits.set([settings.ridge * scales.hessian, lower * ratio, upper * ratio], k * nodeElements + 2);
    limitWords[k * nodeElements * 2 + 10] = bounded ? 1 : 0;
  };

  const run = (partialsAt: number, count: number, own: number, other: number, asked: number): void => {
    const nodes = [counts.byteOffset, signs.byteOffset, limits.byteOffset, asked, splits.byteOffset];
    const work = { rows: columnCount(), slice: columnsPerSlice };
    pool.run('search', work, listedAt(), columns, partialsAt, count, bytes, width, own, other, ...nodes);
  };

  /** Both in one call: what a few rows add up to is not worth a job of its own. */
  const runWhole = (own: Leaf, other: Leaf, asked: number): void => {
    const rows = [order.byteOffset + 4 * own.begin, own.rows, pairs, binned.address, binned.stride];
    const into = [listedAt(), columns, width, slotAt(own.slot), slotAt(other.slot)];
    const nodes = [counts.byteOffset, signs.byteOffset, limits.byteOffset, asked, splits.byteOffset];
    const slices = pool.threads;
    const work = { rows: columnCount(), slice: Math.ceil(columnCount() / slices) };
    pool.run('histogramAndSearch', work, ...rows, ...into, ...nodes);
  };

  /** The best of the columns; of equal ones the first. */
  const best = (k: number, { sums, value }: Leaf): Found | undefined => {
    let found = -1;
    let gain = -1;
    for (let i = 0; i < columnCount(); i++) {
      const column = listed ? (listed[i] as number) : i;
      const own = splits[(k * columns + column) * splitElements] as number;
      if (own > gain) [found, gain] = [column, own];
    }
    if (found < 0) return undefined;
    const toReal = scales.hessian / scales.gradient ** 2;
    const below = sums.hessian + settings.ridge * scales.hessian;
    const held = (value * scales.gradient) / scales.hessian;
    const before = bounded ? -(2 * sums.gradient + below * held) * held : sums.gradient ** 2 / below;
    const gained = (gain - before) * toReal;
    // What rounding alone makes is no gain.
    if (!(gained > settings.leastGain && gain - before > 1e-12 * before)) return undefined;
    const at = (k * columns + found) * splitElements * 2;
    const [hessian, gradient] = [(splitWords[at + 2] as number) >>> 0, splitWords[at + 3] as number];
    const [bin, missingLeft] = [splitWords[at + 4] as number, splitWords[at + 5] === 1];
    return { column: found, bin, missingLeft, gain: gained, left: { gradient, hessian } };
  };

  let rootPartials: [number, number] = [0, 1];
  return {
    begin(own, ownScales) {
      listed = own;
      if (own) listedMemory.set(own);
      scales = ownScales;
    },
    root(rows) {
      rootPartials = histogram(0, rows, 0);
      const [at, count] = rootPartials;
      const sums = { gradient: 0, hessian: 0 };
      for (let p = 0; p < count; p++) {
        const words = new Int32Array(listedMemory.buffer, at + p * bytes + (listed?.[0] ?? 0) * width, width / 4);
        for (let i = 0; i < words.length; i += 2) {
          sums.hessian += (words[i] as number) >>> 0;
          sums.gradient += words[i + 1] as number;
        }
      }
      return sums;
    },
    split(root) {
      writeLimits(0, root);
      run(...rootPartials, slotAt(0), 0, 1);
      return best(0, root);
    },
    children(own, other, asked) {
      writeLimits(0, own);
      writeLimits(1, other);
      const bits = (asked.own ? 1 : 0) + (asked.other ? 2 : 0);
      if (!sparse && chunksOf(own.rows, pool.threads, leastRowsPerPartial) === 1) runWhole(own, other, bits);
      else run(...histogram(own.begin, own.rows, own.slot), slotAt(own.slot), slotAt(other.slot), bits);
      return [asked.own ? best(0, own) : undefined, asked.other ? best(1, other) : undefined];
    },
  };
}
