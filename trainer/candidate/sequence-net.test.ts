import { describe, expect, test } from 'vitest';
import { plainRankKernel } from '../../shared/kernel/kernel.ts';
import { kernelEncoder } from '../../shared/model/encoder.ts';
import { loadKernels } from '../adapter/kernel.ts';
import { onnxEngine } from '../evaluate/onnx.ts';
import { createRandom } from '../random.ts';
import { contextOf, historyOf, logOf, scoresOf, twoTastes } from './fixture.case.ts';
import type { Interactions } from './interactions.ts';
import { modelCases } from './model.case.ts';
import { type SequenceNetSettings, sequenceNetModel } from './sequence-net.ts';
import { shapeOf } from './shape.ts';
import { transitionModel } from './transitions.ts';

const small = { rank: 16, blocks: 1, last: 8, epochs: 8, batch: 256, dropout: 0.1, learningRate: 0.01 } as const;

modelCases(sequenceNetModel, {
  personal: 'history',
  settings: small,
  badSettings: [
    { rank: 12 },
    { heads: 3 },
    { blocks: 0 },
    { last: 0 },
    { batch: 0.5 },
    { epochs: 0 },
    { negatives: 0 },
    { dropout: 1 },
    { learningRate: Number.NaN },
  ],
});

/** The group of the next item is the sum of those of the last two, modulo `groups`: neither of them alone tells anything. */
function sums(groups: number, users: number, length: number): Interactions {
  const random = createRandom(8, 'sums');
  const perGroup = 3;
  const pairs: [number, number][] = [];
  for (let u = 0; u < users; u++) {
    let [a, b] = [random.below(groups), random.below(groups)];
    for (let p = 0; p < length; p++) {
      pairs.push([u, a * perGroup + random.below(perGroup)]);
      [a, b] = [b, (a + b) % groups];
    }
  }
  return logOf(pairs, users, groups * perGroup);
}

describe('sequence-net', () => {
  const fit = (log: Interactions, settings: Partial<SequenceNetSettings> = {}) =>
    sequenceNetModel.fit(log, { ...sequenceNetModel.defaults(shapeOf(log)), ...small, ...settings }, contextOf(log));

  test.each([Number.POSITIVE_INFINITY, 8])('learns what transition counts cannot, %f negatives', async (negatives) => {
    const groups = 5;
    const log = sums(groups, 400, 12);
    const settings = { rank: 32, blocks: 2, epochs: 60, patience: 60, learningRate: 0.005, dropout: 0, negatives };
    const network = await fit(log, settings);
    const counts = await transitionModel.fit(log, transitionModel.defaults(shapeOf(log)), contextOf(log));
    const random = createRandom(9, 'asked');
    const share = (model: typeof network) => {
      let right = 0;
      for (let n = 0; n < 100; n++) {
        let [a, b] = [random.below(groups), 1 + random.below(groups - 1)];
        const history: number[] = [];
        for (let p = 0; p < 6; p++) {
          history.push(3 * a + random.below(3));
          [a, b] = [b, (a + b) % groups];
        }
        const scores = scoresOf(model, [historyOf(history)], log.items);
        right += Number(Math.floor(scores.indexOf(Math.max(...scores)) / 3) === a);
      }
      return right / 100;
    };
    expect(share(network)).toBeGreaterThan(0.9);
    expect(share(counts)).toBeLessThan(0.6);
  });

  test('the encoder as ONNX makes the same scores on both engines', async () => {
    const log = twoTastes();
    for (const heads of [1, 2]) {
      const fitted = await fit(log, { heads, blocks: 2, epochs: 2 });
      const { encoder, vectors } = fitted.artifact;
      const histories = [historyOf([3]), historyOf([3, 4, 21]), historyOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])];
      const columns = 8 + 8 * 16;
      const input = new Float32Array(histories.length * columns);
      for (const [h, { items }] of histories.entries()) {
        const past = items.slice(-8);
        for (const [p, item] of past.entries()) {
          const place = 8 - past.length + p;
          input[h * columns + place] = 1;
          input.set(vectors!.values.subarray(item * 16, (item + 1) * 16), h * columns + 8 + place * 16);
        }
      }
      const expected = scoresOf(fitted, histories, log.items);
      const reference = await onnxEngine(encoder!);
      const kernel = (await loadKernels()).rank;
      for (const users of [
        await reference.run(input, histories.length),
        kernelEncoder(encoder!, kernel).run(input, histories.length),
        kernelEncoder(encoder!, plainRankKernel()).run(input, histories.length),
      ])
        for (const h of histories.keys())
          for (let i = 0; i < 40; i++) {
            let score = 0;
            for (let k = 0; k < 16; k++) score += users[h * 16 + k]! * vectors!.values[i * 16 + k]!;
            expect(Math.abs(score - expected[h * log.items + i]!) / Math.max(1, Math.abs(score))).toBeLessThan(1e-5);
          }
      await reference.close();
    }
  });
});
