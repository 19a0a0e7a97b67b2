import { expect, test } from 'vitest';
import { plainRankKernel } from '../../shared/kernel/kernel.ts';
import { kernelEngine } from '../../shared/model/engine.ts';
import { lambdamartModel } from './lambdamart.ts';
import { orderedRows, rankerCases } from './ranker.case.ts';
import { listsFrom } from './rows.ts';
import { treeShap } from './trees/shap.ts';
import { gainOf } from './trees/tree.ts';
import { unbiasedCases } from './unbiased.case.ts';

rankerCases(lambdamartModel, {
  settings: { trees: 120, patience: 10, learningRate: 0.1 },
  badSettings: [{ trees: 0 }, { leaves: 1 }, { learningRate: 0 }, { rowShare: 0 }, { truncation: 0 }],
  learns: 0.85,
});

test('its score is explained by the trees, column by column', async () => {
  const rows = orderedRows(100);
  const settings = { ...lambdamartModel.defaults(rows), trees: 30 };
  const fitted = await lambdamartModel.fit(rows, settings, { seed: 1, stream: 'test', threads: 1, warn: () => undefined });
  const [first, second, noise] = gainOf(fitted.trees!);
  expect(Math.min(first!, second!)).toBeGreaterThan(3 * noise!);
  const { values, expectation } = treeShap(fitted.trees!, rows.features.subarray(0, 3));
  expect(values.reduce((sum, value) => sum + value, expectation)).toBeCloseTo(fitted.score(rows)[0]!, 5);
});

test('lists whose chosen row comes first do not look ordered before there is a tree', async () => {
  const rows = orderedRows(200);
  const order = Array.from({ length: rows.lists }, (_, q) => Array.from({ length: 10 }, (_, i) => 10 * q + i)).flatMap((list) =>
    list.toSorted((a, b) => rows.labels[b]! - rows.labels[a]!),
  );
  const chosenFirst = {
    ...rows,
    labels: rows.labels.map((_, to) => rows.labels[order[to]!]!),
    features: rows.features.map((_, at) => rows.features[order[Math.floor(at / 3)]! * 3 + (at % 3)]!),
  };
  const settings = { ...lambdamartModel.defaults(rows), trees: 100, patience: 5 };
  const fitted = await lambdamartModel.fit(chosenFirst, settings, { seed: 1, stream: 'test', threads: 1, warn: () => undefined });
  expect(fitted.trees!.trees.length).toBeGreaterThan(10);
});

// Weights vary more than a term of training does: with many leaves trees learn the clicks that weigh most by heart.
unbiasedCases(lambdamartModel, { settings: { trees: 60, leaves: 7 }, left: 0.5 });

test('codes are learnt as categories, whatever their order, and the engines agree on codes that they never met', async () => {
  const rows = orderedRows(300);
  const liked = [1, 3, 4, 6, 9, 10, 12, 15];
  const features = rows.features.slice();
  for (const row of rows.labels.keys()) {
    const isLiked = rows.labels[row]! > 0;
    features[3 * row] = isLiked ? liked[row % liked.length]! : (2 * row) % 16;
    features[3 * row + 1] = 0;
  }
  const coded = { ...rows, features, categorical: [0] };
  const context = { seed: 1, stream: 'test', threads: 1, warn: () => undefined };
  const settings = { ...lambdamartModel.defaults(coded), trees: 30 };
  const fitted = await lambdamartModel.fit(coded, settings, context);
  expect(fitted.trees?.tables).toHaveLength(1);
  const asked = { ...listsFrom(coded, 0, 2), features: features.slice(0, 60) };
  asked.features.set([99, Number.NaN], 0);
  const model = fitted.encode({ columns: ['code', 'b', 'c'], featureHash: '0'.repeat(64) });
  const scores = kernelEngine(model, plainRankKernel()).run(asked.features, 20);
  for (const [row, score] of fitted.score(asked).entries()) expect(scores[row]).toBeCloseTo(score, 5);
});
