import { expect, test } from 'vitest';
import { plainRankKernel } from '../../shared/kernel/kernel.ts';
import { denseEngine } from '../../shared/model/dense/engine.ts';
import { kernelEngine } from '../../shared/model/engine.ts';
import { loadKernels } from '../adapter/kernel.ts';
import { createRandom, type Random } from '../random.ts';
import { denseRankerModel } from './dense.ts';
import { randomFeatures } from './graphs.case.ts';

const activations = ['relu', 'leakyRelu', 'sigmoid', 'tanh'] as const;

/** A dense ranker of any width and depth, as the trainer writes them. */
function ranker(random: Random): { readonly model: Uint8Array; readonly columns: number } {
  const columns = 1 + random.below(40);
  const numbers = (length: number, scale: number) => Float32Array.from({ length }, () => (random.uniform() - 0.5) * scale);
  const widths = [2 * columns, ...Array.from({ length: random.below(3) }, () => 1 + random.below(20)), 1];
  const model = denseRankerModel({
    columns: Array.from({ length: columns }, (_, i) => `f${i}`),
    featureHash: 'abc',
    mean: numbers(columns, 2),
    std: numbers(columns, 1).map((value) => Math.abs(value) + 0.1),
    layers: widths.slice(1).map((outputs, i) => ({
      weights: numbers((widths[i] as number) * outputs, 1),
      bias: numbers(outputs, 1),
    })),
    activation: activations[random.below(4)] as 'relu',
  });
  return { model, columns };
}

test('every dense ranker that the trainer writes is taken, and scored as by the engine of all operators', async () => {
  for (const kernel of [(await loadKernels()).rank, plainRankKernel()]) {
    for (let seed = 0; seed < 60; seed++) {
      const random = createRandom(seed, 'dense engine');
      const { model, columns } = ranker(random);
      const [dense, all] = [denseEngine(model, kernel), kernelEngine(model, kernel)];
      expect(dense.metadata).toEqual(all.metadata);
      for (const rows of [0, 1, 5 + random.below(30), 1 + random.below(6)]) {
        const features = randomFeatures(random, rows, columns);
        const [scores, expected] = [dense.run(features, rows), all.run(features, rows)];
        expect(scores).toHaveLength(rows);
        for (const [i, score] of scores.entries()) expect(score).toBeCloseTo(expected[i] as number, 4);
      }
    }
  }
});

test('what it takes of mutated models, the engine of all operators takes too, with the same scores', async () => {
  // In WASM an activation makes the same bits inside the product and after it.
  const kernel = (await loadKernels()).rank;
  const tally = { taken: 0, refused: 0 };
  for (let seed = 0; seed < 1500; seed++) {
    const random = createRandom(seed, 'dense mutation');
    const { model } = ranker(random);
    for (let count = 1 + random.below(3); count > 0; count--) model[random.below(model.length)] = random.below(256);
    try {
      const dense = denseEngine(model, kernel);
      tally.taken++;
      if (dense.columns > 10_000) continue;
      const features = randomFeatures(random, 3, dense.columns);
      expect(dense.run(features, 3)).toEqual(kernelEngine(model, kernel).run(features, 3));
    } catch (error) {
      if ((error as Error).name !== 'ModelRefused') throw error;
      tally.refused++;
    }
  }
  expect(tally.taken).toBeGreaterThan(200);
  expect(tally.refused).toBeGreaterThan(200);
});
