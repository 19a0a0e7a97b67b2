import type { DecisionTree } from '../../onnx/tree.ts';
import { type CategoryTable, encode } from './category.ts';

/** A grown tree: columns of nodes, of which node 0 is the root. */
export interface GrownTree extends DecisionTree {
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  /** -1 for a leaf. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly missingLeft: Uint8Array;
  /** Of leaves, learning rate and float32 included. */
  readonly value: Float32Array;
  /** What the split of an inner node took from the objective, times 2. */
  readonly gain: Float64Array;
  /** Sum of the hessians that grew the node: its cover. */
  readonly hessian: Float64Array;
}

export interface FittedTrees {
  readonly columns: number;
  /** Of categorical columns: applied before the trees see a row. */
  readonly tables: readonly CategoryTable[];
  readonly trees: readonly GrownTree[];
  readonly base: number;
  /** Loss on the validation rows after each tree that was tried; [] without them. */
  readonly validation: readonly number[];
  /** Bytes of the memory that threads shared. */
  readonly bytes: number;
}

/** Scores [rows] of row-major features [rows x columns], codes as they came: the trainer's own, which the engines must agree with to 1e-5. Sums are float64. */
export function scoreTrees(
  { columns, tables, trees, base }: Pick<FittedTrees, 'columns' | 'tables' | 'trees' | 'base'>,
  raw: Float32Array,
): Float64Array {
  const features = encode(raw, columns, tables);
  const scores = new Float64Array(features.length / columns).fill(base);
  for (const { feature, threshold, left, right, missingLeft, value } of trees) {
    for (let row = 0, at = 0; row < scores.length; row++, at += columns) {
      let node = 0;
      while ((left[node] as number) >= 0) {
        const x = features[at + (feature[node] as number)] as number;
        const goesLeft = Number.isNaN(x) ? missingLeft[node] !== 0 : x <= (threshold[node] as number);
        node = (goesLeft ? left[node] : right[node]) as number;
      }
      scores[row] = (scores[row] as number) + (value[node] as number);
    }
  }
  return scores;
}

/** Sum of the gains of the splits on each column [columns]. */
export function gainOf({ columns, trees }: Pick<FittedTrees, 'columns' | 'trees'>): Float64Array {
  const importance = new Float64Array(columns);
  for (const { feature, left, gain } of trees) {
    for (let node = 0; node < left.length; node++) {
      const column = feature[node] as number;
      if ((left[node] as number) >= 0) importance[column] = (importance[column] as number) + (gain[node] as number);
    }
  }
  return importance;
}
