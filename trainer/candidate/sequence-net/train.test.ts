import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { openOps } from '../../neural/ops.ts';
import { attentionScratchBytes } from '../../neural/transformer.ts';
import { createRandom } from '../../random.ts';
import { logOf } from '../fixture.case.ts';
import { createNetwork } from './network.ts';
import { createTrainer } from './train.ts';
import { materialOf } from './windows.ts';

const [rank, heads, blocks, last] = [16, 2, 2, 6];
type Weights = Readonly<Record<string, tf.Tensor>>;

/** The network of network.ts and transformer.ts as the papers write it (Kang and McAuley 2018; full cross-entropy: Petrov and Macdonald 2023). */
function reference(weights: Weights, sequences: readonly (readonly number[])[]): tf.Scalar {
  const of = (name: string) => weights[name] as tf.Tensor2D;
  const norm = (x: tf.Tensor2D, gain: string, bias: string) => {
    const { mean, variance } = tf.moments(x, 1, true);
    return x.sub(mean).div(variance.add(1e-5).sqrt()).mul(of(gain)).add(of(bias)) as tf.Tensor2D;
  };
  const attention = (x: tf.Tensor2D, b: number) => {
    const qkv = x.matMul(of(`${b}.qkv`)).add(of(`${b}.bQkv`)) as tf.Tensor2D;
    const width = rank / heads;
    const length = x.shape[0];
    const future = tf.tensor2d(
      Array.from({ length }, (_, r) => Array.from({ length }, (_, c) => (c > r ? -1e9 : 0))),
      [length, length],
    );
    const parts = Array.from({ length: heads }, (_, h) => {
      const [q, k, v] = [0, 1, 2].map((part) => qkv.slice([0, part * rank + h * width], [length, width])) as tf.Tensor2D[];
      const logits = q!.matMul(k!, false, true).div(Math.sqrt(width)).add(future);
      return tf.softmax(logits as tf.Tensor2D).matMul(v!);
    });
    return tf.concat(parts, 1) as tf.Tensor2D;
  };
  const dense = (x: tf.Tensor2D, b: number, w: string, bias: string) =>
    x.matMul(of(`${b}.${w}`)).add(of(`${b}.${bias}`)) as tf.Tensor2D;
  const losses = sequences.map((sequence) => {
    const length = sequence.length - 1;
    const ids = tf.oneHot(tf.tensor1d(sequence.slice(0, -1), 'int32'), of('items').shape[0]).toFloat() as tf.Tensor2D;
    const ages = tf
      .oneHot(
        tf.tensor1d(
          Array.from({ length }, (_, p) => length - 1 - p),
          'int32',
        ),
        last,
      )
      .toFloat() as tf.Tensor2D;
    let x = ids
      .matMul(of('items'))
      .mul(Math.sqrt(rank))
      .add(ages.matMul(of('places'))) as tf.Tensor2D;
    for (let b = 0; b < blocks; b++) {
      x = x.add(dense(attention(norm(x, `${b}.gain1`, `${b}.bias1`), b), b, 'o', 'bO'));
      x = x.add(dense(dense(norm(x, `${b}.gain2`, `${b}.bias2`), b, 'w1', 'b1').relu(), b, 'w2', 'b2'));
    }
    const logits = norm(x, 'gain', 'bias').matMul(of('items'), false, true);
    const targets = tf.oneHot(tf.tensor1d(sequence.slice(1), 'int32'), of('items').shape[0]).toFloat();
    return tf
      .logSoftmax(logits as tf.Tensor2D)
      .mul(targets)
      .sum()
      .neg();
  });
  const tokens = sequences.reduce((sum, sequence) => sum + sequence.length - 1, 0);
  return tf.addN(losses).div(tokens) as tf.Scalar;
}

test('a step has the loss of the papers at every position, and goes down its gradient', async () => {
  await tf.setBackend('cpu');
  const sequences = [
    [0, 1, 2, 3, 4, 5, 6],
    [6, 2, 0],
    [5, 7, 1, 0, 3],
  ];
  const log = logOf(
    sequences.flatMap((items, user) => items.map((item) => [user, item] as [number, number])),
    sequences.length,
    8,
  );
  const random = createRandom(1, 'test');
  const material = materialOf(log, last, random, 0, 0);
  const ops = await openOps({ threads: 2, scratchBytes: attentionScratchBytes(last, rank / heads) });
  const shape = { items: material.ordinals.length, rank, heads, blocks, last };
  const network = createNetwork(ops, shape, { capacity: 64, random, trained: true });
  const live: Record<string, { values: Float32Array; shape: [number, number] }> = {
    items: { values: network.table.values.subarray(0, shape.items * rank), shape: [shape.items, rank] },
    places: { values: network.places.values.subarray(0, last * rank), shape: [last, rank] },
  };
  for (const [name, p] of Object.entries(network.transformer.parameters.of))
    live[name] = { values: p.values, shape: [p.rows, p.columns] };
  // Away from the start, where norms and biases would hide what is forgotten.
  for (const { values } of Object.values(live)) for (let k = 0; k < values.length; k++) values[k]! += 0.3 * random.normal();

  const before = Object.fromEntries(Object.entries(live).map(([name, { values }]) => [name, values.slice()]));
  const names = Object.keys(live);
  const tensors = names.map((name) => tf.tensor2d(before[name]!, live[name]!.shape));
  const numbers = sequences.map((sequence) => sequence.map((item) => material.numberOf[item]!));
  const weightsOf = (values: readonly tf.Tensor[]) => Object.fromEntries(names.map((name, n) => [name, values[n]!]));
  const { value, grads } = tf.valueAndGrads((...values) => reference(weightsOf(values), numbers))(tensors);

  const learningRate = 1e-3;
  const step = createTrainer(ops, network, material, {
    batch: 64,
    negatives: Number.POSITIVE_INFINITY,
    dropout: 0,
    learningRate,
  });
  const loss = step(Int32Array.from(material.from.keys()), random);
  expect(Math.abs(loss - value.dataSync()[0]!)).toBeLessThan(1e-5);
  // Adam's first step is the rate, against the sign of the gradient.
  for (const [n, name] of names.entries()) {
    const slopes = Float32Array.from(grads[n]!.dataSync());
    const largest = slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
    let looked = 0;
    for (const [k, slope] of slopes.entries()) {
      if (Math.abs(slope) < 1e-3 * largest || Math.abs(slope) < 1e-5) continue;
      looked++;
      const moved = live[name]!.values[k]! - before[name]![k]!;
      expect(Math.abs(moved / learningRate + Math.sign(slope)), `${name} ${k}`).toBeLessThan(1e-2);
    }
    expect(looked / slopes.length, name).toBeGreaterThan(0.5);
  }
  await ops.pool.close();
});
