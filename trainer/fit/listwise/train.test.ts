import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../random.ts';
import { denseRanker } from '../dense-ranker.ts';
import type { RankingRows } from '../rows.ts';
import { standardOf } from '../standardise.ts';
import { createNetwork, zerosLike } from './network.ts';
import { createBatch, trainListwise } from './train.ts';

/** Lists whose positive has the largest x0 - 2 x1; x2 is noise, some values are missing. */
function makeRows(lists: number, perList: number, columns: number, missing: number): RankingRows {
  const random = createRandom(7, 'rows');
  const rows = lists * perList;
  const features = Float32Array.from({ length: rows * columns }, () => 3 + 2 * random.normal());
  const labels = new Float32Array(rows);
  for (let q = 0; q < lists; q++) {
    let best = q * perList;
    const utility = (r: number) => features[r * columns]! - 2 * features[r * columns + 1]!;
    for (let r = q * perList; r < (q + 1) * perList; r++) if (utility(r) > utility(best)) best = r;
    labels[best] = 1 + (q % 3);
  }
  for (let at = 0; at < features.length; at++) if (random.uniform() < missing) features[at] = Number.NaN;
  return { columns, lists, offsets: Uint32Array.from({ length: lists + 1 }, (_, q) => q * perList), features, labels };
}

describe('listwise ranker', () => {
  test('gradient equals the one of TensorFlow.js', () => {
    const rows = makeRows(3, 5, 4, 0.2);
    rows.labels[1] = 2; // a list with several positives
    const standard = standardOf(rows, 3);
    const network = createNetwork(8, [6, 3], createRandom(1, 'test'));
    const gradient = zerosLike(network);
    const loss = createBatch(rows, standard, network).addGradient(Int32Array.of(0, 1, 2), gradient);

    const x = tf.tensor2d(rows.features, [15, 4]);
    const missing = x.isNaN();
    const standardised = tf.where(missing, tf.zerosLike(x), x.sub(tf.tensor1d(standard.mean)).div(tf.tensor1d(standard.std)));
    const input = tf.concat([standardised, missing.cast('float32')], 1);
    const parameters = network.layers.flatMap((layer) => [
      tf.variable(tf.tensor2d(Float32Array.from(layer.weights), [layer.inputs, layer.outputs])),
      tf.variable(tf.tensor1d(Float32Array.from(layer.bias))),
    ]);
    const { value, grads } = tf.variableGrads(() => {
      let hidden: tf.Tensor = input;
      for (let l = 0; l < 3; l++) {
        hidden = hidden.matMul(parameters[2 * l]!).add(parameters[2 * l + 1]!);
        if (l < 2) hidden = hidden.relu();
      }
      const scores = hidden.reshape([3, 5]);
      const labels = tf.tensor2d(rows.labels, [3, 5]);
      const target = labels.div(labels.sum(1, true));
      return tf.logSoftmax(scores).mul(target).sum(1).neg().mul(labels.max(1)).sum().asScalar();
    });
    expect(loss).toBeCloseTo(value.dataSync()[0]!, 4);
    for (const [l, layer] of gradient.layers.entries()) {
      for (const [ours, theirs] of [
        [layer.weights, parameters[2 * l]!],
        [layer.bias, parameters[2 * l + 1]!],
      ] as const) {
        const expected = grads[theirs.name]!.dataSync();
        for (const [k, slope] of ours.entries()) expect(Math.abs(slope - expected[k]!)).toBeLessThan(1e-4);
      }
    }
  });

  test('learns an order that it was not told, and ignores noise', () => {
    const rows = makeRows(400, 10, 3, 0);
    const ranker = trainListwise(rows, { hidden: [16], epochs: 20, learningRate: 0.01, weightDecay: 0, seed: 1, stream: 'test' });
    const fresh = makeRows(450, 10, 3, 0);
    const scores = denseRanker(ranker).score(fresh);
    let right = 0;
    for (let q = 400; q < 450; q++) {
      const list = scores.subarray(q * 10, q * 10 + 10);
      if (fresh.labels[q * 10 + list.indexOf(Math.max(...list))]! > 0) right++;
    }
    expect(right).toBeGreaterThan(44);
  });

  test('same seed, same weights; another seed, others', () => {
    const rows = makeRows(40, 6, 3, 0.1);
    const settings = { hidden: [5], epochs: 3, learningRate: 0.01, weightDecay: 0.01, seed: 1, stream: 'test' };
    expect(trainListwise(rows, settings)).toEqual(trainListwise(rows, settings));
    expect(trainListwise(rows, { ...settings, seed: 2 }).layers).not.toEqual(trainListwise(rows, settings).layers);
  });

  test('a column that is missing everywhere, or constant, gives finite scores', () => {
    const rows = makeRows(20, 4, 3, 0);
    for (let r = 0; r < 80; r++) {
      rows.features[r * 3 + 1] = Number.NaN;
      rows.features[r * 3 + 2] = 5;
    }
    const ranker = trainListwise(rows, { hidden: [4], epochs: 2, learningRate: 0.01, weightDecay: 0, seed: 1, stream: 'test' });
    expect(denseRanker(ranker).score(rows).every(Number.isFinite)).toBe(true);
  });

  test('an infinite feature is refused', () => {
    const rows = makeRows(4, 4, 3, 0);
    rows.features[0] = Number.POSITIVE_INFINITY;
    expect(() => standardOf(rows, 4)).toThrow(/column 0/);
  });
});
