import { expect, test } from 'vitest';
import { plainRankKernel } from '../../../shared/kernel/kernel.ts';
import { kernelEngine } from '../../../shared/model/engine.ts';
import { loadKernels } from '../../adapter/kernel.ts';
import { onnxEngine } from '../../evaluate/onnx.ts';
import { treeEnsembleModel } from '../../onnx/tree.ts';
import { fitTrees } from './boost.ts';
import { asBinary, asLists, sineRows } from './fixture.case.ts';
import { scoreTrees } from './tree.ts';

test.each([
  ['squared-error', sineRows(4000), 100],
  ['log-loss', asBinary(sineRows(4000)), 100],
  ['lambdarank', asLists(sineRows(4000)), 100],
  ['log-loss', { ...sineRows(50), labels: new Float32Array(50) }, 0],
] as const)('%s: kernel engine, onnxruntime-web and the trainer agree to 1e-5', async (objective, rows, trees) => {
  const fitted = await fitTrees(rows, { objective, trees: 100 });
  expect(fitted.trees).toHaveLength(trees);
  const model = treeEnsembleModel({ ...fitted, columns: ['a', 'b', 'c', 'd', 'e'], featureHash: 'test' });
  const features = sineRows(500, { seed: 7, missing: 0.2 }).features;
  // Thresholds themselves are where a value may fall on the other side.
  for (const [i, tree] of fitted.trees.slice(0, 50).entries()) features[i * 5 + tree.feature[0]!] = tree.threshold[0]!;
  const expected = scoreTrees(fitted, features);
  const onnx = await onnxEngine(model);
  const engines = {
    onnx: await onnx.run(features, 500),
    wasm: kernelEngine(model, (await loadKernels()).rank).run(features, 500),
    plain: kernelEngine(model, plainRankKernel()).run(features, 500),
  };
  await onnx.close();
  for (const [name, scores] of Object.entries(engines)) {
    const worst = Math.max(...scores.map((score, i) => Math.abs(score - expected[i]!) / Math.max(1, Math.abs(expected[i]!))));
    expect(worst, name).toBeLessThanOrEqual(1e-5);
  }
});
