import { expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { openOps } from './ops.ts';
import { attentionScratchBytes, createTransformer } from './transformer.ts';

test('gradients of a whole transformer are central differences, with dropout', async () => {
  const shape = { width: 16, heads: 2, blocks: 2 };
  const ops = await openOps({ threads: 2, scratchBytes: attentionScratchBytes(16, 16) });
  const random = createRandom(4, 'test');
  const transformer = createTransformer(ops, shape, { capacity: 20, random, trained: true });
  const { parameters, input, output, dOutput, dInput } = transformer;
  const starts = ops.indices(4);
  starts.set([0, 5, 6, 17]);
  const packed = { tokens: 17, sequences: 3, starts };
  const noise = { rate: 0.2, seed: 9 };
  const size = packed.tokens * shape.width;
  const x = Float32Array.from({ length: size }, () => random.normal());
  const g = Float32Array.from({ length: size }, () => random.normal());
  for (let k = 0; k < parameters.count; k++) parameters.values[k]! += 0.1 * random.normal();
  const loss = () => {
    input.values.set(x);
    transformer.forward(packed, noise);
    let sum = 0;
    for (let k = 0; k < size; k++) sum += output.values[k]! * g[k]!;
    return sum;
  };
  loss();
  dOutput.values.set(g);
  transformer.backward(packed, noise);
  const slopes = {
    input: dInput.values.slice(0, size),
    ...Object.fromEntries(Object.entries(parameters.of).map(([name, p]) => [name, p.gradient.values.slice()])),
  };
  for (const [name, slope] of Object.entries(slopes)) {
    const values = name === 'input' ? x : parameters.of[name]!.values;
    const largest = slope.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    for (const k of [0, 1, 2, 3, 4].map(() => random.below(values.length))) {
      const before = values[k]!;
      values[k] = before + 4e-3;
      const above = loss();
      values[k] = before - 4e-3;
      const below = loss();
      values[k] = before;
      // Float32 forward passes: the difference of two sums of some 300 numbers.
      expect(Math.abs((above - below) / 8e-3 - slope[k]!) / largest, `${name} ${k}`).toBeLessThan(2e-2);
    }
  }
  await ops.pool.close();
});
