import { expect, test } from 'vitest';
import { chooseRanker } from './choose.ts';
import { listwiseModel } from './listwise.ts';
import { orderedRows } from './ranker.case.ts';
import type { RankerModel } from './ranker.ts';

const context = { seed: 1, stream: 'test', threads: 1, warn: () => undefined, budgetSeconds: 20 };

/** Scores by one column. */
const byColumn = (name: string, column: number, seconds = 0): RankerModel => ({
  ...listwiseModel,
  name,
  defaults: () => ({}),
  cost: () => ({ seconds, bytes: 0 }),
  fit: async ({ columns }) => ({
    standard: { mean: new Float32Array(columns), std: new Float32Array(columns).fill(1) },
    score: (rows) => rows.labels.map((_, row) => rows.features[row * columns + column] as number),
    encode: () => new Uint8Array(0),
  }),
});
const rows = orderedRows(300);

test('keeps the ranker that orders the latest lists best, and says what each was worth', async () => {
  const { model, ndcg, lists } = await chooseRanker(
    [{ model: byColumn('noise', 2) }, { model: byColumn('signal', 0) }],
    rows,
    context,
  );
  expect(model).toBe('signal');
  expect(Object.keys(ndcg)).toEqual(['noise', 'signal']);
  expect(ndcg.signal).toBeGreaterThan(ndcg.noise!);
  expect(lists).toBe(60);
});

test('a tie goes to the one named first; what the budget does not allow is left out, the first is not', async () => {
  const [cheap, other, dear] = [byColumn('cheap', 0), byColumn('other', 0), byColumn('dear', 0, 15)].map((model) => ({ model }));
  const tie = await chooseRanker([other!, cheap!], rows, context);
  expect([tie.model, tie.skipped]).toEqual(['other', []]);
  const over = await chooseRanker([cheap!, dear!], rows, context);
  expect(over.skipped).toEqual([{ name: 'dear', reason: expect.stringContaining('budget') }]);
  const alone = await chooseRanker([dear!], rows, context);
  expect([alone.model, alone.ndcg]).toEqual(['dear', {}]);
});

test('a setting that a ranker does not have is refused by name, and so is a choice of none', async () => {
  const offer = { model: listwiseModel as RankerModel, settings: { leaves: 3 } };
  await expect(chooseRanker([offer], rows, context)).rejects.toThrow(/listwise has no setting leaves/);
  await expect(chooseRanker([{ model: listwiseModel as RankerModel }], orderedRows(0), context)).rejects.toThrow(
    /listwise: 0 lists/,
  );
});
