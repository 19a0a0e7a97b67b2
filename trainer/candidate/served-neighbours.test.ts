import { describe, expect, test } from 'vitest';
import { similar } from '../../shared/retrieval/similar.ts';
import { contextOf, logOf, twoTastes } from './fixture.case.ts';
import { chooseNeighbours, describeChoice, fitNeighbours } from './served-neighbours.ts';

const settings = { neighbours: 7, shrinkage: 5, window: 5 };

describe('neighbours of a release', () => {
  const log = twoTastes();
  const context = { ...contextOf(log), budgetSeconds: 5 };

  test('come from the best model of a validation part, the same every time', async () => {
    const choice = await chooseNeighbours(log, settings, context);
    expect(choice.ndcg[choice.source.name]).toBe(Math.max(...Object.values(choice.ndcg)));
    expect(await chooseNeighbours(log, settings, context)).toEqual(choice);
    expect(describeChoice(choice)[0]).toContain(choice.source.name);
  });

  test('are short lists of the same taste, best first', async () => {
    const table = await fitNeighbours(await chooseNeighbours(log, settings, context), log, context);
    for (let i = 0; i < 40; i++) {
      const [start, end] = [table.offsets[i]!, table.offsets[i + 1]!];
      expect(end - start).toBe(7);
      for (let e = start; e < end; e++) {
        expect(table.ordinals[e]! >= 20).toBe(i >= 20);
        if (e > start) expect(table.scores[e]!).toBeLessThanOrEqual(table.scores[e - 1]!);
      }
    }
    expect(table.offsets[41]).toBe(table.offsets[40]);
    expect(similar(table, [3], 5).ordinals.length).toBe(5);
  });

  test('a budget leaves out what costs more, and says so', async () => {
    const { skipped } = await chooseNeighbours(log, settings, { ...context, budgetSeconds: 1e-6 });
    expect(skipped.map(({ name }) => name)).toContain('gf-cf');
    expect(skipped[0]?.reason).toMatch(/budget/);
  });

  test('take settings from a person, but for the length of lists', async () => {
    const models = { transitions: { window: 2, served: 3 } };
    const wide = { ...settings, models };
    const { source } = await chooseNeighbours(log, wide, { ...context, budgetSeconds: 1e-6 });
    expect(source.settings).toMatchObject({ window: 2, served: 7 });
    const refused = chooseNeighbours(log, { ...settings, models: { transitions: { windows: 2 } } }, context);
    await expect(refused).rejects.toThrow('transitions has no setting windows');
  });

  test.each([0, 1, 2])('a log of %i interactions has a table', async (n) => {
    const small = logOf(
      Array.from({ length: n }, (_, e) => [0, e] as const),
      1,
      4,
    );
    const choice = await chooseNeighbours(small, settings, { ...context, throughMs: 1e9 });
    const table = await fitNeighbours(choice, small, contextOf(small));
    expect([table.n, table.offsets.length]).toEqual([4, 5]);
    expect(table.scores.every(Number.isFinite)).toBe(true);
  });
});
