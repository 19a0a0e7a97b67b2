import type { Attribute, Node } from '../../shared/model/graph.ts';
import { treeOperator } from '../../shared/model/graph.ts';
import { encodeModel } from './encode.ts';
import { node, type RankerColumns, rankerGraph, whole } from './graph.ts';
import { type Lookup, lookupTree } from './lookup.ts';

/** Columns, not rows: index i of each belongs to node i; node 0 is the root. A leaf has `left` -1. */
export interface DecisionTree {
  readonly feature: ArrayLike<number>;
  /** Left where x <= threshold. */
  readonly threshold: ArrayLike<number>;
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  /** Not 0: NaN goes left. */
  readonly missingLeft: ArrayLike<number>;
  /** Of a leaf. */
  readonly value: ArrayLike<number>;
}

export interface TreeRanker extends RankerColumns {
  readonly trees: readonly DecisionTree[];
  /** Added to the sum of the leaves. */
  readonly base: number;
  /** Columns whose codes are looked up before the trees see them. */
  readonly tables?: readonly Lookup[];
}

/**
 * A sum of regression trees as one TreeEnsembleRegressor (ai.onnx.ml 3). Thresholds, leaf values and base are rounded to float32. A table is an ensemble of
 * one tree before it, whose result stands behind the features.
 */
export function treeEnsembleModel({ columns, featureHash, trees, base, tables = [] }: TreeRanker): Uint8Array<ArrayBuffer> {
  const placeOf = new Map(tables.map(({ column }, k) => [column, columns.length + k]));
  const nodes = tables.map((table, k) => ensemble({ trees: [lookupTree(table)], base: 0 }, 'features', `table${k}`));
  const looked = tables.map((_, k) => `table${k}`);
  if (tables.length > 0) nodes.push(node('Concat', ['features', ...looked], 'encoded', { axis: { kind: 'i', value: 1 } }));
  const input = tables.length > 0 ? 'encoded' : 'features';
  nodes.push(ensemble({ trees, base }, input, 'raw', placeOf), node('Squeeze', ['raw', 'last'], 'score'));
  return encodeModel(rankerGraph({ columns, featureHash }, nodes, new Map([['last', whole(1)]])));
}

/** @param placeOf columns of the input that stand elsewhere. */
function ensemble(
  { trees, base }: Pick<TreeRanker, 'trees' | 'base'>,
  input: string,
  output: string,
  placeOf: ReadonlyMap<number, number> = new Map(),
): Node {
  const columnOf = <T>(pick: (tree: DecisionTree, i: number, id: number) => T, leavesOnly = false): T[] =>
    trees.flatMap((tree, id) =>
      Array.from({ length: tree.left.length }, (_, i) => i)
        .filter((i) => !leavesOnly || (tree.left[i] as number) < 0)
        .map((i) => pick(tree, i, id)),
    );
  const isLeaf = (tree: DecisionTree, i: number) => (tree.left[i] as number) < 0;
  const branch = (pick: 'feature' | 'threshold' | 'left' | 'right' | 'missingLeft') =>
    columnOf((tree, i) => (isLeaf(tree, i) ? 0 : Number(tree[pick][i])));
  const ints = (value: number[]): Attribute => ({ kind: 'ints', value });
  const floats = (value: number[]): Attribute => ({ kind: 'floats', value });
  const attributes: Record<string, Attribute> = {
    n_targets: { kind: 'i', value: 1 },
    aggregate_function: { kind: 's', value: 'SUM' },
    post_transform: { kind: 's', value: 'NONE' },
    base_values: floats([base]),
    nodes_treeids: ints(columnOf((_tree, _i, id) => id)),
    nodes_nodeids: ints(columnOf((_tree, i) => i)),
    nodes_featureids: ints(branch('feature').map((column) => placeOf.get(column) ?? column)),
    nodes_values: floats(branch('threshold')),
    nodes_modes: { kind: 'strings', value: columnOf((tree, i) => (isLeaf(tree, i) ? 'LEAF' : 'BRANCH_LEQ')) },
    nodes_truenodeids: ints(branch('left')),
    nodes_falsenodeids: ints(branch('right')),
    nodes_missing_value_tracks_true: ints(branch('missingLeft')),
    target_treeids: ints(columnOf((_tree, _i, id) => id, true)),
    target_nodeids: ints(columnOf((_tree, i) => i, true)),
    target_ids: ints(columnOf(() => 0, true)),
    target_weights: floats(columnOf((tree, i) => tree.value[i] as number, true)),
  };
  return node(treeOperator, [input], output, attributes);
}
