import type { Pool } from '../../adapter/pool.ts';
import type { Binned } from './binned.ts';
import { createNodes, type Nodes, type Split } from './nodes.ts';
import { createPartition } from './partition.ts';
import { createSearch, type Found } from './search.ts';
import type { TreeSettings } from './settings.ts';

/** Exact sums of a node's rows: whole numbers, which the scales turn into gradients and hessians. */
export interface Sums {
  readonly gradient: number;
  readonly hessian: number;
}

export interface Scales {
  readonly gradient: number;
  readonly hessian: number;
}

/** A node that is not split, or not yet. Its rows are `begin` to `begin` + `rows` of the order. */
export interface Leaf {
  readonly node: number;
  readonly begin: number;
  readonly rows: number;
  readonly depth: number;
  readonly sums: Sums;
  /** Its values are held between these: monotone columns above it. */
  readonly lower: number;
  readonly upper: number;
  readonly value: number;
  /** Histogram number. */
  readonly slot: number;
}

export interface Grower {
  /** [rows]: the rows that a tree learns from come first. */
  readonly order: Int32Array;
  /** int64 [rows]: an address. */
  readonly pairs: number;
  readonly nodes: Nodes;
  /** Grows a tree into `nodes` from the first `rows` of the order and the listed columns (none: all). @returns its leaves. */
  grow(rows: number, listed: Int32Array | undefined, scales: Scales): readonly Leaf[];
}

/** Grows trees leaf by leaf, the greatest gain first (Shi 2007; Ke et al. 2017), on histograms of which the larger child's is the parent's minus the smaller's. */
export function createGrower(pool: Pool, binned: Binned, binCounts: readonly number[], settings: TreeSettings): Grower {
  const order = pool.allocate(Int32Array, binned.rows);
  const pairs = pool.allocate(Float64Array, binned.rows).byteOffset;
  const nodes = createNodes(pool.allocate(Int32Array, (2 * settings.leaves - 1) * 8));
  const search = createSearch(pool, { binned, binCounts, settings, order, pairs });
  const partition = createPartition(pool, binned, order);
  const leafValue = ({ gradient, hessian }: Sums, scales: Scales, lower: number, upper: number): number => {
    const below = hessian / scales.hessian + settings.ridge;
    const value = below > 0 ? -(gradient / scales.gradient) / below : 0;
    return Math.max(lower, Math.min(upper, value));
  };
  const mayBeSplit = ({ rows, depth }: { rows: number; depth: number }) =>
    depth < settings.depth && rows >= 2 * settings.leastRows;

  /** Splits the leaf into two without histograms as yet. */
  const divide = (leaf: Leaf, found: Found, scales: Scales): [Leaf, Leaf] => {
    const { column, bin, missingLeft } = found;
    const goes = partition(leaf.begin, leaf.rows, { column, bin, missingLeft });
    const sign = settings.monotone[column] ?? 0;
    const rest = { gradient: leaf.sums.gradient - found.left.gradient, hessian: leaf.sums.hessian - found.left.hessian };
    const values = [found.left, rest].map((sums) => leafValue(sums, scales, leaf.lower, leaf.upper)) as [number, number];
    const middle = (values[0] + values[1]) / 2;
    const child = (right: boolean): Leaf => {
      const [sums, value] = right ? [rest, values[1]] : [found.left, values[0]];
      return {
        node: nodes.add(Math.fround(settings.learningRate * value), sums.hessian / scales.hessian),
        begin: right ? leaf.begin + goes : leaf.begin,
        rows: right ? leaf.rows - goes : goes,
        depth: leaf.depth + 1,
        sums,
        lower: sign !== 0 && right === sign > 0 ? middle : leaf.lower,
        upper: sign !== 0 && right === sign < 0 ? middle : leaf.upper,
        value,
        slot: -1,
      };
    };
    const children: [Leaf, Leaf] = [child(false), child(true)];
    const split: Split = { column, bin, missingLeft, gain: found.gain };
    nodes.split(leaf.node, split, children[0].node, children[1].node);
    return children;
  };

  return {
    order,
    pairs,
    nodes,
    grow(rows, listed, scales) {
      nodes.clear();
      search.begin(listed, scales);
      const sums = search.root(rows);
      const value = leafValue(sums, scales, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
      const node = nodes.add(Math.fround(settings.learningRate * value), sums.hessian / scales.hessian);
      const [lower, upper] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      const root: Leaf = { node, begin: 0, rows, depth: 0, sums, lower, upper, value, slot: 0 };
      const leaves: { leaf: Leaf; found: Found | undefined }[] = [
        { leaf: root, found: mayBeSplit(root) ? search.split(root) : undefined },
      ];
      for (let slots = 1; leaves.length < settings.leaves; ) {
        const at = greatest(leaves);
        const { leaf, found } = leaves[at] as (typeof leaves)[number];
        if (!found) break;
        const [left, right] = divide(leaf, found, scales);
        const [small, large] = left.rows <= right.rows ? [left, right] : [right, left];
        const asked = leaves.length + 1 < settings.leaves && (mayBeSplit(small) || mayBeSplit(large));
        const own = { ...small, slot: slots };
        const other = { ...large, slot: leaf.slot };
        const [ownFound, otherFound] = asked
          ? search.children(own, other, { own: mayBeSplit(own), other: mayBeSplit(other) })
          : [undefined, undefined];
        if (asked) slots++;
        leaves[at] = { leaf: own, found: ownFound };
        leaves.push({ leaf: other, found: otherFound });
      }
      return leaves.map(({ leaf }) => leaf);
    },
  };
}

/** Index of the leaf whose split gains most; of equal ones the first. */
function greatest(leaves: readonly { readonly found: Found | undefined }[]): number {
  let best = 0;
  for (let i = 1; i < leaves.length; i++) {
    if ((leaves[i]?.found?.gain ?? -1) > (leaves[best]?.found?.gain ?? -1)) best = i;
  }
  return best;
}
