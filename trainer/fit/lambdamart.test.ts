import { expect, test } from 'vitest';
import { lambdamartModel } from './lambdamart.ts';
import { orderedRows, rankerCases } from './ranker.case.ts';
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
