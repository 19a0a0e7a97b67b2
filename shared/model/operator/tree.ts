import type { RankKernel } from '../../kernel/rank.ts';
import type { Node } from '../graph.ts';
import { refused } from '../refused.ts';
import { attribute, badShape, input, integer, type PlanNode } from './operator.ts';

export const treeAttributes =
  'aggregate_function base_values n_targets nodes_falsenodeids nodes_featureids nodes_hitrates nodes_missing_value_tracks_true nodes_modes ' +
  'nodes_nodeids nodes_treeids nodes_truenodeids nodes_values post_transform target_ids target_nodeids target_treeids target_weights';

/** Widths of the fields of a node's word, see `RankKernel.trees`. */
const mostFeatures = 4096;
const mostTreeNodes = 131_072;

const bits = new DataView(new ArrayBuffer(4));

/** The least float32 above x. */
function nextUp(x: number): number {
  if (x === 0) return 2 ** -149;
  bits.setFloat32(0, x);
  bits.setInt32(0, bits.getInt32(0) + (x > 0 ? 1 : -1));
  return bits.getFloat32(0);
}

/** Whether a condition is "greater", and whether it holds for equals. */
const branches = new Map<string | undefined, readonly [boolean, boolean]>([
  ['BRANCH_LEQ', [false, true]],
  ['BRANCH_LT', [false, false]],
  ['BRANCH_GT', [true, false]],
  ['BRANCH_GTE', [true, true]],
]);

interface Ensemble {
  readonly thresholds: readonly number[];
  readonly words: readonly number[];
  readonly values: readonly number[];
  /** First node and depth of each tree. */
  readonly index: readonly number[];
}

const mostIds = 2 ** 26;

/** One number for a tree and a node of it. */
function keyOf(tree: number, id: number): number {
  if (!(tree >= 0 && tree < mostIds && id >= 0 && id < mostIds)) throw bad(`node ${id} of tree ${tree}`);
  return tree * mostIds + id;
}

const bad = (detail: string) => refused('bad-tree', detail);

/**
 * Rewrites an ensemble for the kernel: breadth first with siblings side by side, and every condition as ±x < threshold with NaN to the right.
 * x <= t is x < nextUp(t); a condition for "greater", and one whose NaN goes with the true branch, is that of the opposite sign or side.
 */
function ensembleOf(node: Node, columns: number): Ensemble {
  const column = (name: string): readonly number[] => attribute(node, `nodes_${name}`, 'ints') ?? [];
  const [treeIds, nodeIds, featureIds] = [column('treeids'), column('nodeids'), column('featureids')];
  const [trueIds, falseIds, missing] = [column('truenodeids'), column('falsenodeids'), column('missing_value_tracks_true')];
  const limits: readonly number[] = attribute(node, 'nodes_values', 'floats') ?? [];
  const modes = attribute(node, 'nodes_modes', 'strings') ?? [];
  const count = treeIds.length;
  const others = [nodeIds, featureIds, trueIds, falseIds, limits, modes];
  if (others.some(({ length }) => length !== count) || (missing.length && missing.length !== count))
    throw bad('columns of nodes differ in length');
  const rowOf = new Map<number, number>();
  for (let i = 0; i < count; i++) rowOf.set(keyOf(treeIds[i] as number, nodeIds[i] as number), i);
  if (rowOf.size !== count) throw bad('a node is defined twice');
  const leaves = leafValues(node, rowOf, modes);

  const ensemble = { thresholds: [] as number[], words: [] as number[], values: [] as number[], index: [] as number[] };
  const { thresholds, words, values, index } = ensemble;
  const find = (tree: number, id: number) => {
    const row = rowOf.get(keyOf(tree, id));
    if (row === undefined) throw bad(`no node ${id} in tree ${tree}`);
    return row;
  };
  const seen = new Uint8Array(count);
  for (const [root, tree] of treeIds.entries()) {
    if (root > 0 && treeIds[root - 1] === tree) continue;
    const start = values.length;
    let level = [root];
    let depth = 0;
    for (; level.length > 0; depth++) {
      const next: number[] = [];
      const nextStart = values.length - start + level.length;
      for (const row of level) {
        if (seen[row]) throw bad(`node ${nodeIds[row]} of tree ${tree} has two parents`);
        seen[row] = 1;
        const mode = modes[row];
        if (mode === 'LEAF') {
          thresholds.push(Number.NaN);
          words.push(((values.length - start - 1) & (mostTreeNodes - 1)) << 14);
          values.push(leaves[row] as number);
          continue;
        }
        const feature = featureIds[row] as number;
        const limit = limits[row] as number;
        if (!(feature >= 0 && feature < columns && feature < mostFeatures)) throw bad(`feature ${feature} of ${columns}`);
        if (!Number.isFinite(limit)) throw bad(`threshold ${limit}`);
        const [above, orEqual] = branches.get(mode) ?? [];
        if (above === undefined || orEqual === undefined) throw bad(`mode ${mode}`);
        // "Greater" is "less" of -x. Where NaN goes with true, the opposite condition with its sides swapped.
        const flips = (missing[row] ?? 0) !== 0;
        const negated = above !== flips;
        const signed = negated ? -limit : limit;
        thresholds.push(orEqual !== flips ? nextUp(signed) : signed);
        words.push((negated ? 1 << 31 : 0) | ((nextStart + next.length) << 14) | (feature << 2));
        values.push(0);
        const yes = find(tree, trueIds[row] as number);
        const no = find(tree, falseIds[row] as number);
        if (flips) next.push(no, yes);
        else next.push(yes, no);
      }
      if (values.length + next.length - start > mostTreeNodes) throw bad(`tree ${tree} has over ${mostTreeNodes} nodes`);
      level = next;
    }
    index.push(start, depth - 1);
  }
  if (values.length !== count) throw bad('nodes that no root leads to');
  return ensemble;
}

/** Leaf values by row; a leaf without a target has 0. */
function leafValues(node: Node, rowOf: ReadonlyMap<number, number>, modes: readonly string[]): Float64Array {
  const leaves = new Float64Array(modes.length);
  const column = (name: string): readonly number[] => attribute(node, `target_${name}`, 'ints') ?? [];
  const [treeIds, nodeIds, ids] = [column('treeids'), column('nodeids'), column('ids')];
  const weights: readonly number[] = attribute(node, 'target_weights', 'floats') ?? [];
  if ([nodeIds, ids, weights].some(({ length }) => length !== treeIds.length)) throw bad('columns of targets differ in length');
  for (const [i, weight] of weights.entries()) {
    const row = rowOf.get(keyOf(treeIds[i] as number, nodeIds[i] as number));
    if (row === undefined || modes[row] !== 'LEAF' || ids[i] !== 0)
      throw bad(`target ${treeIds[i]}/${nodeIds[i]} is not a leaf of target 0`);
    leaves[row] = (leaves[row] as number) + weight;
  }
  return leaves;
}

const wordsOf = ({ buffer, byteOffset, length }: Float32Array<ArrayBuffer>) => new Uint32Array(buffer, byteOffset, length);

/** An ensemble is rewritten once, not for every plan. */
const ensembles = new WeakMap<Node, Ensemble>();

/** Sum of the leaves of all trees and the base value: one target, no transform. */
export const treeEnsemble: PlanNode<RankKernel> = (plan, node) => {
  const x = input(plan, node, 0);
  const [rows, columns] = x.shape;
  if (x.shape.length !== 2 || rows === undefined || columns === undefined) throw badShape(node);
  const aggregate = attribute(node, 'aggregate_function', 's') ?? 'SUM';
  const transform = attribute(node, 'post_transform', 's') ?? 'NONE';
  const bases = attribute(node, 'base_values', 'floats') ?? [];
  if (aggregate !== 'SUM' || transform !== 'NONE' || integer(node, 'n_targets', 1) !== 1 || bases.length > 1) {
    throw refused('unsupported-attribute', `${aggregate} ${transform}`);
  }
  const ensemble = ensembles.get(node) ?? ensembleOf(node, columns);
  ensembles.set(node, ensemble);
  const { thresholds, words, values, index } = ensemble;
  const nodesAt = plan.constant(`nodes:${node.output}`, 2 * values.length, (place) => {
    const placeWords = wordsOf(place);
    for (let i = 0; i < values.length; i++) {
      place[2 * i] = thresholds[i] as number;
      placeWords[2 * i + 1] = words[i] as number;
    }
  });
  const valuesAt = plan.constant(`leaves:${node.output}`, values.length, (place) => place.set(values));
  const indexAt = plan.constant(`trees:${node.output}`, index.length, (place) => wordsOf(place).set(index));
  const out = plan.room([rows, 1]);
  const { kernel } = plan;
  const from = plan.at(x);
  const base = bases[0] ?? 0;
  const trees = index.length / 2;
  const visits = index.reduce((sum, depth, i) => sum + (i % 2 ? depth : 1), 0);
  plan.add(4 * rows * visits, () => kernel.trees(from, columns, nodesAt, valuesAt, indexAt, trees, out.at, rows, base));
  return out;
};
