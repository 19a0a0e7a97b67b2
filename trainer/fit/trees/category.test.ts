import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainRankKernel } from '../../../shared/kernel/kernel.ts';
import { kernelEngine } from '../../../shared/model/engine.ts';
import { loadKernels } from '../../adapter/kernel.ts';
import { onnxEngine } from '../../evaluate/onnx.ts';
import { treeEnsembleModel } from '../../onnx/tree.ts';
import { createRandom } from '../../random.ts';
import { fitTrees } from './boost.ts';
import { encode, encodeToLearn } from './category.ts';
import { meanSquared } from './fixture.case.ts';
import type { TreeRows } from './rows.ts';
import { treeShap } from './shap.ts';
import { scoreTrees } from './tree.ts';

const [absent, columns] = [Number.NaN, 3];

/** A category whose effect does not follow its code, a column of signal, and a category without any signal, a row or two each. */
function shopRows(n: number, seed: number, { effects = 100, noises = n } = {}): TreeRows {
  const [random, world] = [createRandom(seed, 'category'), createRandom(1, 'category/effects')];
  const effect = Float64Array.from({ length: effects }, () => 2 * world.normal());
  const features = new Float32Array(n * columns);
  const labels = new Float32Array(n);
  for (let row = 0; row < n; row++) {
    const [code, x] = [random.below(effects), random.normal()];
    features.set([random.uniform() < 0.03 ? absent : code * 7 + 3, x, random.below(noises)], row * columns);
    labels[row] = effect[code]! + Math.sin(x) + 0.5 * random.normal();
  }
  return { columns, features, labels, categorical: [0, 2] };
}
const mapColumn = (rows: TreeRows, column: number, change: (value: number, row: number) => number): TreeRows => ({
  ...rows,
  features: rows.features.map((value, at) => (at % columns === column ? change(value, Math.floor(at / columns)) : value)),
});
const settings = { trees: 60, learningRate: 0.1, leaves: 15 };
const lossOn = async (rows: TreeRows, others: TreeRows): Promise<number> =>
  meanSquared(others.labels, scoreTrees(await fitTrees(rows, settings), others.features));

test('ordered statistics are of the rows before, in some order, and the rows of a list see none of their list', () => {
  const list: TreeRows = {
    columns: 1,
    features: Float32Array.of(5, 5, 9, 5, absent, 5, 5, absent),
    labels: Float32Array.of(1, 0, 1, 1, 0, 0, 1, 1),
    offsets: Int32Array.of(0, 3, 5, 8),
    categorical: [0],
  };
  const prior = Math.fround(5 / 8);
  const value = (sum: number, rows: number) => Math.fround((sum + prior * 2) / (rows + 2));
  const lists = [
    { sum: 1, rows: 2 },
    { sum: 1, rows: 1 },
    { sum: 1, rows: 2 },
  ];
  const seen = new Set<string>();
  for (let seed = 0; seed < 40; seed++) {
    const { features, tables } = encodeToLearn(list, 2, seed);
    expect(features[0]).toBe(features[1]);
    expect(features[5]).toBe(features[6]);
    // Each list is before or after each other: its statistic is of some of the others.
    for (const [q, row] of [0, 3, 5].entries()) {
      const [a, b] = lists.filter((_, k) => k !== q);
      const all = [prior, value(a!.sum, a!.rows), value(b!.sum, b!.rows), value(a!.sum + b!.sum, a!.rows + b!.rows)];
      expect(all).toContain(features[row]);
    }
    seen.add(features.join());
    expect(tables).toEqual([
      { column: 0, codes: Float32Array.of(5, 9), values: Float32Array.of(value(3, 5), value(1, 1)), missing: value(1, 2), prior },
    ]);
    expect(encode(Float32Array.of(9, 6, absent), 1, tables)).toEqual(Float32Array.of(value(1, 1), prior, value(1, 2)));
  }
  expect(seen.size).toBeGreaterThan(3);
});

test('a category is worth more than its codes as numbers', async () => {
  const [rows, others] = [shopRows(4000, 1), shopRows(2000, 2)];
  const plain = { ...rows, categorical: [] };
  const [asCategory, asNumber] = [await lossOn(rows, others), await lossOn(plain, others)];
  // Of a variance of some 4, .25 is noise that nothing explains, and some .12 is of missing codes.
  expect(asCategory).toBeLessThan(0.75);
  expect(asCategory).toBeLessThan(0.8 * asNumber);
});

test('a category of many codes without signal does no harm, where naive statistics of the labels ruin the model', async () => {
  const [rows, others] = [shopRows(4000, 1), shopRows(2000, 2)];
  const without = await lossOn(
    { ...mapColumn(rows, 2, () => 0), categorical: [0] },
    mapColumn(others, 2, () => 0),
  );
  const ordered = await lossOn(rows, others);
  // Naive: each row is given the table, to which its own label belongs.
  const { tables } = encodeToLearn({ ...rows, categorical: [2] }, 0.1, 1);
  const naive = { ...rows, features: encode(rows.features, columns, tables), categorical: [0] };
  const unseen = { ...others, features: encode(others.features, columns, tables) };
  expect(ordered).toBeLessThan(1.05 * without);
  expect(await lossOn(naive, unseen)).toBeGreaterThan(1.25 * without);
});

test('to name the codes otherwise changes nothing', async () => {
  const rows = shopRows(400, 3, { effects: 12 });
  const others = shopRows(100, 4, { effects: 12 });
  const few = { ...settings, trees: 8 };
  const expected = scoreTrees(await fitTrees(rows, few), others.features);
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const random = createRandom(seed, 'names');
      const names = new Map<number, number>();
      const used = new Set<number>();
      const rename = (code: number): number => {
        if (Number.isNaN(code)) return code;
        let name = names.get(code);
        while (name === undefined || (names.get(code) === undefined && used.has(name))) name = random.below(4_000_000);
        used.add(name);
        names.set(code, name);
        return name;
      };
      const renamed = await fitTrees(mapColumn(rows, 0, rename), few);
      expect(scoreTrees(renamed, mapColumn(others, 0, rename).features)).toEqual(expected);
    }),
    { numRuns: 8 },
  );
});

test('kernel engine, onnxruntime-web and the trainer agree to 1e-5, codes that nobody has seen and missing ones included', async () => {
  const rows = shopRows(1500, 1);
  const fitted = await fitTrees(rows, settings);
  const features = shopRows(400, 5).features;
  for (let row = 0; row < 200; row++) features[row * columns] = [0, 4, 281, 4_000_000, absent, 2 ** 22][row % 6]!;
  const expected = scoreTrees(fitted, features);
  // Unseen is the prior, whatever the code.
  expect(new Set([0, 4, 281].map((code) => encode(Float32Array.of(code, 0, 0), columns, fitted.tables)[0])).size).toBe(1);
  const model = treeEnsembleModel({ ...fitted, columns: ['brand', 'x', 'noise'], featureHash: 'test' });
  const onnx = await onnxEngine(model);
  const engines = {
    onnx: await onnx.run(features, 400),
    wasm: kernelEngine(model, (await loadKernels()).rank).run(features, 400),
    plain: kernelEngine(model, plainRankKernel()).run(features, 400),
  };
  await onnx.close();
  for (const [name, scores] of Object.entries(engines)) {
    const worst = Math.max(...scores.map((score, i) => Math.abs(score - expected[i]!) / Math.max(1, Math.abs(expected[i]!))));
    expect(worst, name).toBeLessThanOrEqual(1e-5);
  }
  const { values, expectation } = treeShap(fitted, features.subarray(0, columns));
  expect(values.reduce((sum, value) => sum + value, expectation)).toBeCloseTo(expected[0]!, 8);
});

test.each([
  ['a code with a fraction', { features: Float32Array.of(1.5, 0, 0) }, /categorical column 0 is 1.5/],
  ['a code below 0', { features: Float32Array.of(-1, 0, 0) }, /categorical column 0 is -1/],
  ['a column that is not there', { categorical: [3] }, /categorical column 3 of 3/],
  ['a column twice', { categorical: [1, 1] }, /categorical column 1/],
])('%s is refused', async (_, wrong, message) => {
  const rows = { columns, features: Float32Array.of(1, 0, 0), labels: Float32Array.of(1), categorical: [0], ...wrong };
  await expect(fitTrees(rows)).rejects.toThrow(message);
});
