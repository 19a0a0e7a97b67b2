import { expect, test } from 'vitest';
import { fitTrees } from './boost.ts';
import { asBinary, asLists, sineRows } from './fixture.case.ts';
import { treeShap } from './shap.ts';
import { type FittedTrees, type GrownTree, scoreTrees } from './tree.ts';

/** The mean of the leaves that a row may reach when only the columns of the subset are known: the paper's v(S), algorithm 1. */
function known(tree: GrownTree, row: Float32Array, subset: number, node = 0): number {
  if (tree.left[node]! < 0) return tree.value[node]!;
  const [left, right] = [tree.left[node]!, tree.right[node]!];
  const x = row[tree.feature[node]!]!;
  const goesLeft = Number.isNaN(x) ? tree.missingLeft[node] === 1 : x <= tree.threshold[node]!;
  if (subset & (1 << tree.feature[node]!)) return known(tree, row, subset, goesLeft ? left : right);
  const below = [left, right].map((child) => (tree.hessian[child]! / tree.hessian[node]!) * known(tree, row, subset, child));
  return below[0]! + below[1]!;
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

/** Shapley values by their definition, over all subsets. */
function bruteForce({ columns, trees }: FittedTrees, row: Float32Array): number[] {
  const value = (subset: number) => trees.reduce((sum, tree) => sum + known(tree, row, subset), 0);
  const all = Array.from({ length: 1 << columns }, (_, subset) => value(subset));
  const sizeOf = (subset: number) => [...subset.toString(2)].filter((bit) => bit === '1').length;
  return Array.from({ length: columns }, (_, column) =>
    all.reduce((sum, without, subset) => {
      if (subset & (1 << column)) return sum;
      const size = sizeOf(subset);
      const weight = (factorial(size) * factorial(columns - size - 1)) / factorial(columns);
      return sum + weight * (all[subset | (1 << column)]! - without);
    }, 0),
  );
}

test.each([
  ['squared-error', sineRows(2000), {}],
  ['log-loss', asBinary(sineRows(2000)), { depth: 3, rowShare: 0.7, columnShare: 0.6 }],
  ['lambdarank', asLists(sineRows(2000)), { leaves: 40, leastRows: 2 }],
] as const)('%s: Shapley values are those of the definition, and add up to the score', async (objective, rows, settings) => {
  const model = await fitTrees(rows, { objective, trees: 8, ...settings });
  const asked = sineRows(12, { seed: 5, missing: 0.3 }).features;
  const scores = scoreTrees(model, asked);
  for (const [i, score] of scores.entries()) {
    const row = asked.subarray(i * 5, i * 5 + 5);
    const { values, expectation } = treeShap(model, row);
    for (const [column, expected] of bruteForce(model, row).entries()) expect(values[column]).toBeCloseTo(expected, 10);
    expect(values.reduce((sum, value) => sum + value, expectation)).toBeCloseTo(score, 10);
  }
});

test('the expectation is the mean score of the training rows where every hessian is 1', async () => {
  const rows = sineRows(1500);
  const model = await fitTrees(rows, { trees: 20 });
  const scores = scoreTrees(model, rows.features);
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  expect(treeShap(model, rows.features.subarray(0, 5)).expectation).toBeCloseTo(mean, 5);
});

test('a model of the mean says so; a row of another width is refused', async () => {
  const rows = { ...sineRows(50), labels: new Float32Array(50).fill(3) };
  const model = await fitTrees(rows);
  expect(treeShap(model, new Float32Array(5))).toEqual({ values: new Float64Array(5), expectation: 3 });
  expect(() => treeShap(model, new Float32Array(4))).toThrow(/a row of 4 columns/);
});
