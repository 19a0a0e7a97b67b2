import { expect, test } from 'vitest';
import { lambdamartModel } from './lambdamart.ts';
import { permutationImportance } from './permutation.ts';
import { orderedRows } from './ranker.case.ts';

test('the columns that decide the order are worth something, noise is not, and the rows stay as they are', async () => {
  const rows = orderedRows(200, 10, 4, 0.05);
  const settings = { ...lambdamartModel.defaults(rows), trees: 60, patience: 0 };
  const ranker = await lambdamartModel.fit(rows, settings, { seed: 1, stream: 'test', threads: 1, warn: () => undefined });
  const fresh = orderedRows(80, 10, 4, 0.05);
  const copy = structuredClone(fresh);
  const { ndcg, drops } = permutationImportance(ranker, fresh, { seed: 3, repeats: 3 });
  expect(fresh).toEqual(copy);
  expect(ndcg).toBeGreaterThan(0.7);
  const [half, most, ...noise] = drops;
  expect(most).toBeGreaterThan(half!);
  expect(half).toBeGreaterThan(0.03);
  for (const drop of noise) expect(Math.abs(drop)).toBeLessThan(0.03);
  expect(permutationImportance(ranker, fresh, { seed: 3, repeats: 3 }).drops).toEqual(drops);
});

test('a column that is alike everywhere is worth exactly nothing; without lists there is nothing to say', () => {
  const rows = orderedRows(20);
  const byFirst = { score: (asked: typeof rows) => asked.labels.map((_, row) => asked.features[row * 3] as number) };
  for (let row = 0; row < 200; row++) rows.features[row * 3 + 2] = 4;
  expect(permutationImportance(byFirst, rows, { seed: 1 }).drops.subarray(1)).toEqual(new Float64Array(2));
  expect(() => permutationImportance(byFirst, orderedRows(0), { seed: 1 })).toThrow(RangeError);
});
