import { encode } from './category.ts';
import type { FittedTrees, GrownTree } from './tree.ts';

/** What each column adds to one score: `expectation` + the sum of `values` is the score. */
export interface Contributions {
  /** [columns]. */
  readonly values: Float64Array;
  /** Mean score of the rows that the trees grew from, weighted by their hessians. */
  readonly expectation: number;
}

/**
 * Exact Shapley values of one row [columns], NaN missing: the path-dependent TreeSHAP (Lundberg, Erion and Lee 2018, "Consistent Individualized Feature Attribution for Tree
 * Ensembles", algorithm 2; Lundberg et al. 2020), in which a column that is left out goes both ways of a split, by the hessians of its sides. Cost: trees x leaves x depth^2.
 * @throws RangeError for a row of another width.
 */
export function treeShap(
  { columns, tables, trees, base }: Pick<FittedTrees, 'columns' | 'tables' | 'trees' | 'base'>,
  row: ArrayLike<number>,
): Contributions {
  if (row.length !== columns) throw new RangeError(`treeShap: a row of ${row.length} columns, the trees have ${columns}`);
  const encoded = encode(Float32Array.from(row), columns, tables);
  const values = new Float64Array(columns);
  let expectation = base;
  for (const tree of trees) {
    addTree(tree, encoded, values);
    expectation += expectationOf(tree);
  }
  return { values, expectation };
}

/** Mean of the leaves by hessian. */
function expectationOf({ left, value, hessian }: GrownTree): number {
  let sum = 0;
  for (let node = 0; node < left.length; node++) {
    if ((left[node] as number) < 0) sum += (value[node] as number) * (hessian[node] as number);
  }
  return left.length === 1 ? (value[0] as number) : sum / (hessian[0] as number);
}

/** Splits between the root and the deepest leaf. */
function depthOf({ left, right }: GrownTree): number {
  const depths = new Int32Array(left.length);
  let most = 0;
  // Children come after their parent.
  for (let node = 0; node < left.length; node++) {
    const own = depths[node] as number;
    most = Math.max(most, own);
    if ((left[node] as number) < 0) continue;
    depths[left[node] as number] = own + 1;
    depths[right[node] as number] = own + 1;
  }
  return most;
}

/** Where the paths of one recursion lie: `at` is the first step of this node's path, `last` its last step's index. */
interface Place {
  readonly at: number;
  readonly last: number;
}

/** A step of a path: its column, the share of the rows that pass when the column is left out, and whether (1, 0) this row passes. */
interface Step {
  readonly column: number;
  readonly zero: number;
  readonly one: number;
}

function addTree(tree: GrownTree, row: ArrayLike<number>, values: Float64Array): void {
  const { feature, threshold, left, right, missingLeft, value, hessian } = tree;
  const path = createPath(depthOf(tree) + 2);

  const visit = (node: number, above: Place, step: Step): void => {
    let { at, last } = path.below(above);
    path.extend({ at, last }, step);
    const leftChild = left[node] as number;
    if (leftChild < 0) {
      for (let k = at + 1; k <= at + last; k++) {
        const own = path.column[k] as number;
        const passes = (path.one[k] as number) - (path.zero[k] as number);
        values[own] = (values[own] as number) + path.sumWithout({ at, last }, k - at) * passes * (value[node] as number);
      }
      return;
    }
    const column = feature[node] as number;
    const x = row[column] as number;
    const goesLeft = Number.isNaN(x) ? missingLeft[node] !== 0 : x <= (threshold[node] as number);
    const [hot, cold] = goesLeft ? [leftChild, right[node] as number] : [right[node] as number, leftChild];
    let [zero, one] = [1, 1];
    const met = path.find({ at, last }, column);
    if (met > 0) {
      [zero, one] = [path.zero[at + met] as number, path.one[at + met] as number];
      path.unwind({ at, last }, met);
      last--;
    }
    const share = (child: number) => (zero * (hessian[child] as number)) / (hessian[node] as number);
    visit(hot, { at, last }, { column, zero: share(hot), one });
    visit(cold, { at, last }, { column, zero: share(cold), one: 0 });
  };
  visit(0, { at: 0, last: -1 }, { column: -1, zero: 1, one: 1 });
}

/** Paths of a recursion, one behind the other: columns met so far, each once, with the weights of subsets by size (the paper's m). Step 0 is of no column. */
function createPath(most: number) {
  const size = ((most + 1) * (most + 2)) / 2;
  const column = new Int32Array(size);
  const zero = new Float64Array(size);
  const one = new Float64Array(size);
  const weight = new Float64Array(size);
  return {
    column,
    zero,
    one,
    /** A copy of the path, with room for one step more. */
    below({ at, last }: Place): Place {
      const to = at + last + 1;
      for (const values of [column, zero, one, weight]) values.copyWithin(to, at, to);
      return { at: to, last: last + 1 };
    },
    find({ at, last }: Place, wanted: number): number {
      for (let k = 1; k <= last; k++) if (column[at + k] === wanted) return k;
      return 0;
    },
    /** Fills step `last`. */
    extend({ at, last }: Place, step: Step): void {
      column[at + last] = step.column;
      zero[at + last] = step.zero;
      one[at + last] = step.one;
      weight[at + last] = last === 0 ? 1 : 0;
      for (let i = last - 1; i >= 0; i--) {
        const own = weight[at + i] as number;
        weight[at + i + 1] = (weight[at + i + 1] as number) + (step.one * own * (i + 1)) / (last + 1);
        weight[at + i] = (step.zero * own * (last - i)) / (last + 1);
      }
    },
    /** Takes step k out: what `extend` made of it is undone. */
    unwind({ at, last }: Place, k: number): void {
      const [ownZero, ownOne] = [zero[at + k] as number, one[at + k] as number];
      let next = weight[at + last] as number;
      for (let i = last - 1; i >= 0; i--) {
        const before = weight[at + i] as number;
        if (ownOne !== 0) {
          weight[at + i] = (next * (last + 1)) / ((i + 1) * ownOne);
          next = before - ((weight[at + i] as number) * ownZero * (last - i)) / (last + 1);
        } else {
          weight[at + i] = (before * (last + 1)) / (ownZero * (last - i));
        }
      }
      for (const values of [column, zero, one]) values.copyWithin(at + k, at + k + 1, at + last + 1);
    },
    /** Sum of the weights that `unwind` would leave. */
    sumWithout({ at, last }: Place, k: number): number {
      const [ownZero, ownOne] = [zero[at + k] as number, one[at + k] as number];
      let next = weight[at + last] as number;
      let sum = 0;
      for (let i = last - 1; i >= 0; i--) {
        if (ownOne !== 0) {
          const undone = (next * (last + 1)) / ((i + 1) * ownOne);
          sum += undone;
          next = (weight[at + i] as number) - (undone * ownZero * (last - i)) / (last + 1);
        } else {
          sum += ((weight[at + i] as number) * (last + 1)) / (ownZero * (last - i));
        }
      }
      return sum;
    },
  };
}
