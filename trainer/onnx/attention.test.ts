import { expect, test } from 'vitest';
import { plainRankKernel } from '../../shared/kernel/kernel.ts';
import { kernelEngine } from '../../shared/model/engine.ts';
import { decodeHistory, encodeHistory, type HistoryInput } from '../../shared/model/history.ts';
import { loadKernels } from '../adapter/kernel.ts';
import { onnxEngine } from '../evaluate/onnx.ts';
import { createRandom, type Random } from '../random.ts';
import { attentionRankerModel } from './attention.ts';
import { randomFeatures } from './graphs.case.ts';

const [ids, dim, attributes, context, columns] = [40, 8, 3, 4, 6];

function model(random: Random, hidden: readonly number[], blend: readonly number[]): Uint8Array {
  const noise = (length: number, spread = 1) => Float32Array.from({ length }, () => spread * random.normal());
  const widths = [2 * columns + 3 * dim + 1, ...hidden, blend.length];
  return attentionRankerModel({
    columns: Array.from({ length: columns }, (_, c) => `f${c}`),
    featureHash: 'abc',
    mean: noise(columns),
    std: noise(columns).map((x) => Math.abs(x) + 0.5),
    history: { attributes, context },
    attention: {
      dim,
      table: noise(ids * dim).fill(0, 0, dim),
      query: noise(dim * dim, 0.5),
      value: noise(dim * dim, 0.5),
      contextValue: noise(context * dim),
      contextBias: noise(context),
      similarityWeight: 2,
    },
    layers: widths.slice(1).map((outputs, i) => ({
      weights: noise(widths[i]! * outputs, 1 / Math.sqrt(widths[i]!)),
      bias: noise(outputs, 0.1),
    })),
    blend,
  });
}

function history(random: Random, rows: number, events: number): HistoryInput {
  const numbers = (length: number, first: number, draw: () => number) =>
    Float32Array.from({ length }, (_, i) => (i < first ? 0 : draw()));
  return {
    events,
    similarity: Float32Array.from({ length: rows * events }, (_, i) => (i % events === 0 ? 0 : 2 * random.uniform() - 1)),
    candidateAttributes: numbers(rows * attributes, 0, () => random.below(ids)),
    historyAttributes: numbers(events * attributes, attributes, () => random.below(ids)),
    historyContext: numbers(events * context, context, () => random.normal()),
  };
}

test('both kernels and onnxruntime-web agree, from no history to fifty events', async () => {
  const random = createRandom(1, 'attention');
  for (const [hidden, blend] of [
    [[16, 8], [1]],
    [[], [0.5, 1, -2]],
  ] as const) {
    const bytes = model(random, hidden, blend);
    const [wasm, plain] = [kernelEngine(bytes, (await loadKernels()).rank), kernelEngine(bytes, plainRankKernel())];
    expect(wasm.history).toEqual({ attributes, context });
    const reference = await onnxEngine(bytes);
    for (const [rows, events] of [
      [5, 1],
      [5, 2],
      [1, 51],
      [200, 51],
      [0, 4],
      [7, 9],
    ] as const) {
      const features = randomFeatures(random, rows, columns);
      const past = history(random, rows, events);
      const expected = rows > 0 ? await reference.run(features, rows, past) : new Float32Array(0);
      for (const engine of [wasm, plain]) {
        const scores = engine.run(features, rows, decodeHistory(encodeHistory(past)));
        expect(scores).toHaveLength(rows);
        for (const [row, score] of expected.entries())
          expect(Math.abs(scores[row]! - score)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(score)));
      }
    }
    await reference.close();
  }
});

test('a history that is missing, of another size, or names attributes that are none, is refused', () => {
  const random = createRandom(2, 'attention');
  const engine = kernelEngine(model(random, [4], [1]), plainRankKernel());
  const features = randomFeatures(random, 3, columns);
  const past = history(random, 3, 4);
  expect(() => engine.run(features, 3)).toThrow(RangeError);
  expect(() => engine.run(features, 3, { ...past, events: 5 })).toThrow(RangeError);
  expect(() => engine.run(features, 3, { ...past, historyAttributes: past.historyAttributes.map(() => ids) })).toThrow(
    /index-out-of-range/,
  );
});
