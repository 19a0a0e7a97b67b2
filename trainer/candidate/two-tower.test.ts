import { describe, expect, test } from 'vitest';
import { plainRankKernel } from '../../shared/kernel/kernel.ts';
import { kernelEncoder } from '../../shared/model/encoder.ts';
import { loadKernels } from '../adapter/kernel.ts';
import { onnxEngine } from '../evaluate/onnx.ts';
import { contextOf, historyOf, scoresOf, twoTastes, twoTastesItems } from './fixture.case.ts';
import type { Interactions } from './interactions.ts';
import { modelCases } from './model.case.ts';
import { shapeOf } from './shape.ts';
import { type TwoTowerSettings, twoTowerModel } from './two-tower.ts';

const small = { rank: 16, hidden: 16, last: 8, epochs: 8, batch: 64, uniform: 16, buckets: 256, embeddingRate: 0.1 } as const;

modelCases(twoTowerModel, {
  personal: 'history',
  settings: small,
  badSettings: [
    { rank: 0 },
    { rank: 12 },
    { hidden: Number.NaN },
    { last: 0 },
    { epochs: 0 },
    { batch: 0 },
    { uniform: -1 },
    { idDropout: 1 },
    { learningRate: 0 },
    { embeddingRate: Number.POSITIVE_INFINITY },
  ],
});

describe('two-tower', () => {
  const fit = (log: Interactions, settings: Partial<TwoTowerSettings> = {}, items = twoTastesItems()) =>
    twoTowerModel.fit(log, { ...twoTowerModel.defaults(shapeOf(log)), ...small, ...settings }, contextOf(log, { items }));

  test.each(['attention', 'mean'] as const)('an item that nobody met is found by its attributes, pooling %s', async (pooling) => {
    const fitted = await fit(twoTastes(), { pooling });
    const score = (history: number[]) => scoresOf(fitted, [historyOf(history)], 41)[40]!;
    expect(score([21, 30, 35])).toBeGreaterThan(score([1, 10, 15]) + 0.5);
  });

  test('an item without interactions and attributes has nothing to say', async () => {
    const log = { ...twoTastes(), items: 42 };
    const fitted = await fit(log);
    expect(scoresOf(fitted, [historyOf([1])], 42)[41]).toBe(Number.NEGATIVE_INFINITY);
    expect(fitted.artifact.vectors!.values.subarray(41 * 16).every((value) => value === 0)).toBe(true);
  });

  test('the user tower as ONNX makes the same scores on both engines', async () => {
    const segment = Int32Array.from({ length: 2000 }, (_, e) => (e % 5) - 1);
    const fitted = await fit({ ...twoTastes(), segment });
    const { encoder, vectors } = fitted.artifact;
    const histories = [historyOf([]), historyOf([3, 4, 21]), { ...historyOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), segment: 2 }];
    const columns = 1 + 8 + 8 * 16;
    const input = new Float32Array(histories.length * columns);
    for (const [h, { items, segment = 4 }] of histories.entries()) {
      const row = input.subarray(h * columns, (h + 1) * columns);
      row[0] = segment;
      const past = items.slice(-8);
      for (const [p, item] of past.entries()) {
        const place = 8 - past.length + p;
        row[1 + place] = 1;
        row.set(vectors!.values.subarray(item * 16, (item + 1) * 16), 1 + 8 + place * 16);
      }
    }
    const expected = scoresOf(fitted, histories, 41);
    const kernel = (await loadKernels()).rank;
    const reference = await onnxEngine(encoder!);
    const answers = [
      await reference.run(input, histories.length),
      kernelEncoder(encoder!, kernel).run(input, histories.length),
      kernelEncoder(encoder!, plainRankKernel()).run(input, histories.length),
    ];
    await reference.close();
    for (const users of answers) {
      for (const h of histories.keys()) {
        for (let i = 0; i < 41; i++) {
          let score = 0;
          for (let k = 0; k < 16; k++) score += users[h * 16 + k]! * vectors!.values[i * 16 + k]!;
          expect(Math.abs(score - expected[h * 41 + i]!) / Math.max(1, Math.abs(score))).toBeLessThan(1e-5);
        }
      }
    }
  });
});
