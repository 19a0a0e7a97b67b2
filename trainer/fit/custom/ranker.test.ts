import type * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../random.ts';
import { orderedRows, rankerCases } from '../ranker.case.ts';
import { type BuildNetwork, defineNetwork } from './network.ts';
import { customRanker } from './ranker.ts';
import { trainNetwork } from './train.ts';

const sequential = (layers: (library: typeof tf, width: number) => tf.layers.Layer[]): BuildNetwork =>
  defineNetwork((library, { width }) => library.sequential({ layers: layers(library, width) }));

/** Every layer and activation that may be exported. */
const everything = defineNetwork((library, { width }) => {
  const { layers } = library;
  const input = library.input({ shape: [width] });
  const wide = layers.dense({ units: 8, activation: 'relu' }).apply(input) as tf.SymbolicTensor;
  const normal = layers.batchNormalization().apply(wide) as tf.SymbolicTensor;
  const left = layers.leakyReLU({ alpha: 0.1 }).apply(normal) as tf.SymbolicTensor;
  const right = layers.dense({ units: 8, activation: 'tanh', useBias: false }).apply(input) as tf.SymbolicTensor;
  const product = layers.multiply().apply([left, right]) as tf.SymbolicTensor;
  const sum = layers.add().apply([left, right, product]) as tf.SymbolicTensor;
  const gate = layers.activation({ activation: 'sigmoid' }).apply(sum) as tf.SymbolicTensor;
  const both = layers.concatenate().apply([gate, layers.reLU().apply(product) as tf.SymbolicTensor]) as tf.SymbolicTensor;
  const kept = layers.dropout({ rate: 0.1 }).apply(both) as tf.SymbolicTensor;
  return library.model({ inputs: input, outputs: layers.dense({ units: 1 }).apply(kept) as tf.SymbolicTensor });
});

const names = ['a', 'b', 'c', 'd', 'e', 'f'];

rankerCases(customRanker('everything', everything, names), {
  settings: { epochs: 12, learningRate: 0.02 },
  badSettings: [{ epochs: 0 }, { learningRate: Number.NaN }, { batch: 0 }, { patience: 0 }],
  learns: 0.85,
});

describe('networks that cannot be exported', () => {
  const fit = (build: BuildNetwork) =>
    trainNetwork(build, orderedRows(10), {
      columns: names.slice(0, 3),
      epochs: 1,
      learningRate: 0.01,
      batch: 4,
      patience: 1,
      seed: 1,
      stream: 'test',
    });

  test('a layer outside the list is refused by name, with what there is', async () => {
    const build = sequential(({ layers }, width) => [
      layers.reshape({ inputShape: [width], targetShape: [width, 1], name: 'fold' }),
      layers.lstm({ units: 2, name: 'memory' }),
      layers.dense({ units: 1 }),
    ]);
    await expect(fit(build)).rejects.toThrow(/layer fold is a Reshape.*layer memory is a LSTM.*Dense/s);
  });

  test('so is an activation', async () => {
    const build = sequential(({ layers }, width) => [
      layers.dense({ inputShape: [width], units: 4, activation: 'softplus', name: 'soft' }),
      layers.dense({ units: 1 }),
    ]);
    await expect(fit(build)).rejects.toThrow(/layer soft has the activation softplus.*relu/);
  });

  test('a network of another shape is refused with both', async () => {
    await expect(fit(sequential(({ layers }) => [layers.dense({ inputShape: [4], units: 1 })]))).rejects.toThrow(
      /\[rows, 6\].*\[null,4\]/,
    );
    await expect(fit(sequential(({ layers }, width) => [layers.dense({ inputShape: [width], units: 2 })]))).rejects.toThrow(
      /\[null,2\]/,
    );
  });
});

test('the network is built for the columns it is given, and draws nothing of its own', async () => {
  const seen: unknown[] = [];
  const build = defineNetwork((library, input) => {
    seen.push(input);
    return library.sequential({ layers: [library.layers.dense({ inputShape: [input.width], units: 1 })] });
  });
  const before = createRandom(1, 'outside').uniform();
  await customRanker('one', build, names.slice(0, 3)).fit(
    orderedRows(10),
    { epochs: 1, learningRate: 0.01, batch: 4, patience: 1 },
    {
      seed: 1,
      stream: 'test',
      threads: 1,
      warn: () => undefined,
    },
  );
  expect(seen).toEqual([{ columns: ['a', 'b', 'c'], width: 6 }]);
  expect(createRandom(1, 'outside').uniform()).toBe(before);
  expect(Math.random()).not.toBe(Math.random());
});
