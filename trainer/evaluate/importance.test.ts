import { expect, test } from 'vitest';
import { lambdamartModel } from '../fit/lambdamart.ts';
import { orderedRows } from '../fit/ranker.case.ts';
import { createSample, importanceOf, type SampledQuestion } from './importance.ts';

const rows = orderedRows(150);
/** The lists as questions of both rankers; the device knows a column more. */
const questions = Array.from({ length: rows.lists }, (_, q): SampledQuestion => {
  const features = rows.features.slice(30 * q, 30 * (q + 1));
  const light = Float32Array.from({ length: 20 }, (_, at) => features[3 * (at >> 1) + (at % 2)] as number);
  return { labels: rows.labels.slice(10 * q, 10 * (q + 1)).map(Math.sign), light: { features: light }, heavy: { features } };
});
const context = { seed: 1, k: 10 };
const heavy = {
  columns: ['signal', 'against', 'noise'],
  run: (features: Float32Array, n: number) =>
    Float32Array.from({ length: n }, (_, i) => features[3 * i]! - 2 * features[3 * i + 1]!),
};

test('a feature is worth what NDCG loses without it; one that is not used is worth nothing', () => {
  const found = importanceOf(heavy, 'heavy', questions, context)!;
  expect(found.features.map(({ name }) => name)).toEqual(['against', 'signal', 'noise']);
  expect([found.questions, found.ndcg, found.features[2]!.permutation]).toEqual([150, 1, 0]);
  expect(found.features[1]!.permutation).toBeGreaterThan(0.05);
  expect(found.features[0]).not.toHaveProperty('gain');
  const light = {
    columns: ['signal', 'against'],
    run: (features: Float32Array, n: number) => features.filter((_, at) => at % 2 === 0).slice(0, n),
  };
  expect(importanceOf(light, 'light', questions, context)!.features.map(({ permutation }) => permutation > 0)).toEqual([
    true,
    false,
  ]);
  expect(importanceOf(heavy, 'heavy', [], context)).toBeUndefined();
});

test('of trees also by the gain of their splits and by Shapley values', async () => {
  const { trees } = await lambdamartModel.fit(
    rows,
    { ...lambdamartModel.defaults(rows), trees: 40 },
    { seed: 1, stream: 'test', threads: 1, warn: () => undefined },
  );
  const { features } = importanceOf({ ...heavy, trees: trees! }, 'heavy', questions, context)!;
  const of = (name: string) => features.find((feature) => feature.name === name)!;
  expect(features.reduce((sum, { gain }) => sum + gain!, 0)).toBeCloseTo(1);
  for (const measure of ['gain', 'shap'] as const) {
    expect(of('against')[measure]).toBeGreaterThan(of('signal')[measure]!);
    expect(of('signal')[measure]).toBeGreaterThan(2 * of('noise')[measure]!);
  }
});

test('a sample is spread over all questions and makes only what it may keep', () => {
  const sample = createSample();
  const made: number[] = [];
  for (let q = 0; q < 1000; q++)
    sample.add(() => {
      made.push(q);
      return { ...questions[0]!, labels: Float32Array.of(q) };
    });
  const kept = sample.questions.map(({ labels }) => labels[0]!);
  expect(kept.length).toBeGreaterThanOrEqual(64);
  expect(kept.length).toBeLessThanOrEqual(128);
  expect(new Set(kept.slice(1).map((q, i) => q - kept[i]!)).size).toBe(1);
  expect(kept.at(-1)).toBeGreaterThan(980);
  expect(made.length).toBeLessThan(400);
});
