import type { DecisionTree } from './tree.ts';

/** A value for each of some whole numbers. */
export interface Lookup {
  readonly column: number;
  /** Ascending whole numbers of less than 2^23. */
  readonly codes: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  /** Of NaN. */
  readonly missing: number;
  /** Of every other number. */
  readonly prior: number;
}

/** Above every float32 but infinity: what is compared with it tells only the missing from the others. */
const everything = 3.4028234663852886e38;

/** A lookup as a tree: a binary search between half steps beside the codes. Neighbours of one value share a leaf. */
export function lookupTree({ column, codes, values, missing, prior }: Lookup): DecisionTree {
  // steps[i]: the value between bounds[i - 1] and bounds[i].
  const bounds: number[] = [];
  const steps: number[] = [prior];
  const turn = (bound: number, value: number): void => {
    if (bounds.at(-1) === bound) steps[steps.length - 1] = value;
    else {
      bounds.push(bound);
      steps.push(value);
    }
  };
  for (let i = 0; i < codes.length; i++) {
    turn((codes[i] as number) - 0.5, values[i] as number);
    turn((codes[i] as number) + 0.5, prior);
  }
  const kept = bounds.map((bound, i) => ({ bound, value: steps[i + 1] as number })).filter(({ value }, i) => value !== steps[i]);
  const tree = { feature: [], threshold: [], left: [], right: [], missingLeft: [], value: [] } as Record<
    keyof DecisionTree,
    number[]
  >;
  const add = (threshold: number, value: number): number => {
    tree.feature.push(column);
    tree.threshold.push(threshold);
    tree.left.push(-1);
    tree.right.push(-1);
    tree.missingLeft.push(0);
    tree.value.push(value);
    return tree.left.length - 1;
  };
  /** Of the bounds `from` to `to`: left where x <= bound. */
  const search = (from: number, to: number): number => {
    if (from === to) return add(0, from === 0 ? prior : (kept[from - 1] as { value: number }).value);
    const middle = (from + to) >> 1;
    const node = add((kept[middle] as { bound: number }).bound, 0);
    tree.left[node] = search(from, middle);
    tree.right[node] = search(middle + 1, to);
    return node;
  };
  const root = add(everything, 0);
  tree.left[root] = search(0, kept.length);
  tree.right[root] = add(0, missing);
  return tree;
}
