import { describe, expect, test } from 'vitest';
import { fitTrees } from './boost.ts';
import { asBinary, asLists, meanSquared, sineRows } from './fixture.case.ts';
import type { TreeRows } from './rows.ts';
import type { TreeSettings } from './settings.ts';
import { type GrownTree, gainOf, scoreTrees } from './tree.ts';

const rowsOf = (columns: number, features: number[], labels: number[]): TreeRows => ({
  columns,
  features: Float32Array.from(features),
  labels: Float32Array.from(labels),
});
const depthOf = (tree: GrownTree, node = 0): number =>
  tree.left[node]! < 0 ? 0 : 1 + Math.max(depthOf(tree, tree.left[node]), depthOf(tree, tree.right[node]));
const leavesOf = (tree: GrownTree): number => tree.left.filter((left) => left < 0).length;
const one: Partial<TreeSettings> = { trees: 1, learningRate: 1, leastRows: 1 };

describe('fitTrees', () => {
  test.each([
    ['squared-error', sineRows(20_000)],
    ['log-loss', asBinary(sineRows(20_000))],
    ['lambdarank', asLists(sineRows(20_000))],
  ] as const)('%s: the number of threads changes no bit, the seed does', async (objective, rows) => {
    const settings = { objective, trees: 4, rowShare: 0.9, columnShare: 0.8 };
    const fit = async (threads: number, seed = 1) => (await fitTrees(rows, { ...settings, threads, seed })).trees;
    const expected = await fit(1);
    expect(expected).toHaveLength(4);
    for (const threads of [2, 3]) expect(await fit(threads)).toEqual(expected);
    expect(await fit(1, 2)).not.toEqual(expected);
  });

  test('learns a function that it is given examples of', async () => {
    const [rows, others] = [sineRows(5000, { missing: 0 }), sineRows(1000, { seed: 2, missing: 0 })];
    const model = await fitTrees(rows, { trees: 150 });
    // The noise alone is .01, the variance some 1.1.
    expect(meanSquared(others.labels, scoreTrees(model, others.features))).toBeLessThan(0.025);
    const importance = gainOf(model);
    expect(Math.min(...importance.slice(0, 3))).toBeGreaterThan(20 * Math.max(...importance.slice(3)));
  });

  test('a stump is the split that leaves the least squared error, with the means of its sides', async () => {
    const { trees, base } = await fitTrees(rowsOf(2, [5, 1, 6, 2, 5, 3, 6, 4], [1, 1, 4, 6]), { ...one, leaves: 2 });
    expect(base).toBe(3);
    expect(trees[0]).toMatchObject({ left: Int32Array.of(1, -1, -1), right: Int32Array.of(2, 0, 0) });
    expect([trees[0]!.feature[0], trees[0]!.threshold[0]]).toEqual([1, 2.5]);
    expect([...trees[0]!.value.slice(1)]).toEqual([expect.closeTo(-2, 5), expect.closeTo(2, 5)]);
    // Twice what the squared error / 2 falls by: 4 rows, 2 off the mean each.
    expect(trees[0]!.gain[0]).toBeCloseTo(16, 4);
    expect([...trees[0]!.hessian]).toEqual([4, 2, 2].map((rows) => expect.closeTo(rows, 5)));
  });

  test('missing values go where they fit; where training had none, to the larger side', async () => {
    const absent = Number.NaN;
    const features = [1, 2, 3, 4, 5, 6, absent, absent];
    const low = await fitTrees(rowsOf(1, features, [0, 0, 0, 9, 9, 9, 0, 0]), { ...one, leaves: 2 });
    const high = await fitTrees(rowsOf(1, features, [0, 0, 0, 9, 9, 9, 9, 9]), { ...one, leaves: 2 });
    const apart = await fitTrees(rowsOf(1, features, [0, 0, 0, 0, 0, 0, 9, 9]), { ...one, leaves: 2 });
    const none = await fitTrees(rowsOf(1, [1, 2, 3, 4], [0, 0, 0, 9]), { ...one, leaves: 2 });
    const at = (model: typeof low, ...x: number[]) => [...scoreTrees(model, Float32Array.from(x))].map(Math.round);
    expect(at(low, 1, 6, absent)).toEqual([0, 9, 0]);
    expect(at(high, 1, 6, absent)).toEqual([0, 9, 9]);
    expect(at(apart, 1, 6, 1e30, absent)).toEqual([0, 0, 0, 9]);
    expect(at(none, 1, 4, absent)).toEqual([0, 9, 0]);
  });

  test.each([0, 1])('leaves, depth and rows of a leaf stay within limits, %i of the columns and rows left out', async (share) => {
    const rows = sineRows(3000);
    const shares = share ? { rowShare: 0.7, columnShare: 0.5 } : {};
    const settings = { trees: 10, leaves: 13, depth: 4, leastRows: 100, ...shares };
    const { trees } = await fitTrees(rows, settings);
    for (const tree of trees) {
      expect(leavesOf(tree)).toBeLessThanOrEqual(13);
      expect(depthOf(tree)).toBeLessThanOrEqual(4);
      // The hessian of a row is 1: rounding is all that can be missing.
      for (const [node, left] of tree.left.entries()) if (left < 0) expect(tree.hessian[node]).toBeGreaterThan(99.99);
      expect(tree.hessian[0]).toBeCloseTo(share ? 2100 : 3000, 2);
      if (share) expect(new Set(tree.feature.filter((_, node) => tree.left[node]! >= 0)).size).toBeLessThanOrEqual(3);
    }
    expect(Math.max(...trees.map(leavesOf))).toBe(13);
  });

  test('monotone columns are monotone, for rows of every kind', async () => {
    const rows = sineRows(4000);
    const model = await fitTrees(rows, { trees: 60, monotone: [1, 0, -1], leastRows: 5 });
    const free = await fitTrees(rows, { trees: 60, leastRows: 5 });
    const falls = (fitted: typeof model, column: number, sign: number): number => {
      let count = 0;
      for (let row = 0; row < 200; row++) {
        const base = rows.features.subarray(row * rows.columns, (row + 1) * rows.columns);
        const scores = Array.from({ length: 80 }, (_, step) => {
          const moved = base.slice();
          moved[column] = (step - 40) / 20;
          return scoreTrees(fitted, moved)[0]!;
        });
        count += scores.filter((score, i) => i > 0 && sign * (score - scores[i - 1]!) < -1e-9).length;
      }
      return count;
    };
    expect([falls(model, 0, 1), falls(model, 2, -1)]).toEqual([0, 0]);
    expect(Math.min(falls(free, 0, 1), falls(free, 2, -1))).toBeGreaterThan(100);
    expect(model.trees.length).toBe(60);
  });

  test('early stopping keeps the number of trees that was best on the validation rows', async () => {
    const [rows, validation] = [sineRows(300), sineRows(300, { seed: 3 })];
    const settings = { trees: 300, learningRate: 0.3, leastRows: 2, patience: 10 };
    const model = await fitTrees(rows, settings, validation);
    const least = Math.min(...model.validation);
    expect(model.validation).toHaveLength(model.trees.length + 10);
    expect(model.validation[model.trees.length - 1]).toBe(least);
    expect(meanSquared(validation.labels, scoreTrees(model, validation.features))).toBeCloseTo(least, 5);
  });
});

test('every node holds the rows that walk through it, sums by subtraction included', async () => {
  const rows = sineRows(20_000);
  const { trees } = await fitTrees(rows, { trees: 3, threads: 2 });
  for (const tree of trees) {
    const held = new Float64Array(tree.left.length);
    for (let row = 0; row < rows.labels.length; row++) {
      for (let node = 0; node >= 0; ) {
        held[node]!++;
        const x = rows.features[row * rows.columns + tree.feature[node]!]!;
        const goesLeft = Number.isNaN(x) ? tree.missingLeft[node] : x <= tree.threshold[node]!;
        node = tree.left[node]! < 0 ? -1 : (goesLeft ? tree.left : tree.right)[node]!;
      }
    }
    for (const [node, count] of held.entries()) expect(tree.hessian[node]).toBeCloseTo(count, 1);
  }
});

describe('bad input', () => {
  const labels = [1, 2, 3, 4, 5, 6];
  const twice = (values: number[]) => values.flatMap((value) => [value, Number.NaN]);

  test.each([
    ['equal labels', rowsOf(1, labels, [3, 3, 3, 3, 3, 3]), 3],
    ['a constant and an all-missing column', rowsOf(2, twice([7, 7, 7, 7, 7, 7]), labels), 3.5],
    ['a single row', rowsOf(1, [2], [4]), 4],
  ])('%s: the mean, and no tree', async (_, rows, mean) => {
    const model = await fitTrees(rows, { leastRows: 1 });
    expect([model.trees.length, model.base]).toEqual([0, mean]);
    expect([...scoreTrees(model, rows.features)]).toEqual(Array(rows.labels.length).fill(mean));
  });

  test('labels that are all 1 leave log-loss a finite score', async () => {
    const model = await fitTrees(rowsOf(1, labels, [1, 1, 1, 1, 1, 1]), { objective: 'log-loss', leastRows: 1 });
    for (const score of scoreTrees(model, Float32Array.from(labels))) expect(score).toBeGreaterThan(10);
  });

  test.each([
    ['no rows', rowsOf(1, [], []), {}, /nothing to learn from in 0 rows/],
    ['a label that is NaN', rowsOf(1, [1, 2], [1, Number.NaN]), {}, /the label of row 1 is NaN/],
    ['a label beyond 0 and 1', rowsOf(1, [1, 2], [1, 2]), { objective: 'log-loss' }, /the label of row 1 is 2/],
    ['a grade with a fraction', rowsOf(1, [1, 2], [1, 0.5]), { objective: 'lambdarank' }, /the label of row 1 is 0.5/],
    ['an infinite value', rowsOf(2, [1, 2, 3, -Infinity], [1, 2]), {}, /row 1, column 1 is infinite/],
    ['no lists', rowsOf(1, [1, 2], [1, 0]), { objective: 'lambdarank' }, /needs lists/],
    ['too few values', rowsOf(2, [1, 2], [1, 0]), {}, /2 values for 2 rows of 2 columns/],
    ['a setting out of range', rowsOf(1, [1, 2], [1, 0]), { learningRate: 0 }, /learningRate, above 0; got 0/],
  ] as const)('%s is refused', async (_, rows, settings, message) => {
    await expect(fitTrees(rows, settings)).rejects.toThrow(message);
  });
});
