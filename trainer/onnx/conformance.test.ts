import { beforeAll, describe, expect, test } from 'vitest';
import { plainRankKernel, type RankKernel } from '../../shared/kernel/kernel.ts';
import { denseEngine } from '../../shared/model/dense/engine.ts';
import { kernelEngine } from '../../shared/model/engine.ts';
import type { KernelEngine } from '../../shared/model/kernel-engine.ts';
import { loadKernels } from '../adapter/kernel.ts';
import { onnxEngine } from '../evaluate/onnx.ts';
import { createRandom } from '../random.ts';
import { encodeModel } from './encode.ts';
import { type Family, families, randomFeatures, randomGraph } from './graphs.case.ts';

const graphsPerFamily = 52;
const tolerance = 1e-5;

let wasm: RankKernel;
const plain = plainRankKernel();
beforeAll(async () => {
  wasm = (await loadKernels()).rank;
});

/** The engine of dense rankers, for the graphs that it takes. */
function denseEngines(model: Uint8Array): readonly KernelEngine[] {
  try {
    return [denseEngine(model, wasm), denseEngine(model, plain)];
  } catch (error) {
    if ((error as Error).name !== 'ModelRefused') throw error;
    return [];
  }
}

/** Absolute below one, relative above, as golden vectors have it. */
function difference(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  return expected.reduce((largest, value, i) => {
    const off = Math.abs((actual[i] as number) - value) / Math.max(1, Math.abs(value));
    return Number.isNaN(value) && Number.isNaN(actual[i]) ? largest : off <= largest ? largest : off;
  }, 0);
}

describe.each(Object.keys(families) as Family[])('%s graphs', (family) => {
  test(`${graphsPerFamily} random ones score as in onnxruntime-web, on both kernels`, async () => {
    let taken = 0;
    for (let seed = 0; seed < graphsPerFamily; seed++) {
      const random = createRandom(seed, `conformance/${family}`);
      const graph = randomGraph(family, random);
      const model = encodeModel(graph);
      const reference = await onnxEngine(model);
      const dense = denseEngines(model);
      taken += dense.length;
      const engines = [kernelEngine(model, wasm), kernelEngine(model, plain), ...dense];
      // Two sizes, so that an engine plans twice; the kernels hold other engines' constants in between.
      for (const rows of [1 + random.below(6), 5 + random.below(30)]) {
        const features = randomFeatures(random, rows, graph.inputs[0]?.shape[1] as number);
        const expected = await reference.run(features, rows);
        for (const [i, engine] of engines.entries()) {
          const off = difference(engine.run(features, rows), expected);
          expect(
            off,
            `${family} seed ${seed}, ${rows} rows, ${i & 1 ? 'plain' : 'wasm'}${i > 1 ? ', dense' : ''}`,
          ).toBeLessThanOrEqual(tolerance);
        }
      }
      await reference.close();
    }
    // That none is missed by accident.
    expect(taken > 0).toBe(family === 'dense');
  });
});
