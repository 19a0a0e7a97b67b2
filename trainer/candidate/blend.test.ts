import { describe, expect, test } from 'vitest';
import { type BlendSettings, blendModel, fitBlend } from './blend.ts';
import { gated } from './blend-gate.ts';
import { poolOf } from './blend-pool.ts';
import { chooseSources, sourcesFor } from './blend-sources.ts';
import { learnWeights } from './blend-weights.ts';
import { contextOf, historyOf, scoresOf, twoTastes } from './fixture.case.ts';
import { modelCases } from './model.case.ts';
import type { FittedModel } from './model.ts';
import { sameForAll } from './same-for-all.ts';
import { sequenceNetModel } from './sequence-net.ts';
import { shapeOf } from './shape.ts';
import { innerValidation } from './validation.ts';

const quick: Partial<BlendSettings> = { sources: 'popularity,transitions,item-item', cases: 30 };

modelCases(blendModel, {
  personal: 'history',
  settings: quick,
  badSettings: [{ budgetSeconds: 0 }, { cases: 0.5 }, { served: 0 }, { sources: 'nothing' }],
});

describe('weights of a blend', () => {
  const cases = [3, 1, 2, 3, 0].map((item) => ({ history: historyOf([]), targets: Int32Array.of(item) }));
  const pool = (rows: readonly (readonly number[])[]) =>
    poolOf(
      rows.map((row) => sameForAll(Float32Array.from(row))),
      { cases, items: 4, hideHistory: true, scale: 'history' },
    );

  test('are never worse on the validation part than the best source', () => {
    for (const rows of [
      [
        [1, 2, 3, 4],
        [4, 3, 2, 1],
      ],
      [
        [0, 0, 0, 0],
        [1, 1, 1, 1],
      ],
      [
        [Number.NEGATIVE_INFINITY, 5, 1, 1],
        [3, Number.NEGATIVE_INFINITY, 1, 9],
        [-1, -2, -3, -4],
      ],
    ]) {
      const { ndcg, single, weights } = learnWeights(pool(rows), [1, 0.5, 2]);
      expect(ndcg).toBeGreaterThanOrEqual(Math.max(...single));
      expect(weights.some(({ weight }) => weight > 0)).toBe(true);
    }
  });

  test('use what each source knows alone', () => {
    // One source tells 3 from the rest, the other 2 and 1 from 0: together they order all.
    const { ndcg, single } = learnWeights(
      pool([
        [0.1, 0.1, 0.1, 1],
        [0.1, 0.5, 0.6, 0.1],
      ]),
      [1],
    );
    expect(ndcg).toBeGreaterThan(Math.max(...single));
  });
});

describe('blend', () => {
  const log = twoTastes();
  const settings = { ...blendModel.defaults(shapeOf(log)), ...quick };

  test('says what it is made of and how good that was', async () => {
    const { members, learnt } = await fitBlend(log, settings, contextOf(log));
    expect(members.length).toBeGreaterThan(0);
    for (const { name, weight } of members) expect(settings.sources.includes(name) && weight > 0).toBe(true);
    expect(learnt.ndcg).toBeGreaterThanOrEqual(Math.max(...learnt.single));
  });

  test('takes a network of sequences only where that beats transition counts', async () => {
    const context = contextOf(log);
    const source = { name: 'sequence-net', model: sequenceNetModel, settings: sequenceNetModel.defaults(shapeOf(log)) };
    const held = innerValidation(log, { ordered: true, most: 100, seed: 1 });
    /** Knows the answers, or nothing. */
    const network = (knows: boolean): FittedModel => ({
      bytes: 0,
      artifact: {},
      score(histories, out) {
        for (const [h, history] of histories.entries())
          for (let i = 0; i < log.items; i++)
            out[h * log.items + i] = Number(
              knows && held.cases.some((one) => one.history === history && one.targets.includes(i)),
            );
      },
    });
    const answer = async (knows: boolean) => gated([{ source, model: network(knows) }], held, context);
    expect((await answer(true)).passed).toHaveLength(1);
    const skipped = [{ name: 'sequence-net', reason: expect.stringMatching(/may not be released/) }];
    expect(await answer(false)).toEqual({ passed: [], skipped });
  });

  test('leaves what it has nothing to say of to others', async () => {
    const scores = scoresOf(await fitBlend(log, settings, contextOf(log)), [historyOf([3, 4])], log.items);
    expect(scores[40]).toBe(Number.NEGATIVE_INFINITY);
  });

  test('chooses sources by what they say of their cost, not by a clock', () => {
    const shape = {
      ...shapeOf(log),
      items: 40_000,
      itemsSeen: 40_000,
      users: 30_000,
      coOccurrences: 1e8,
      pairs: 1e6,
      interactions: 1e6,
    };
    const { chosen, skipped } = chooseSources(sourcesFor(shape), shape, {}, { budgetSeconds: 20, budgetBytes: 1e9 });
    const names = chosen.map(({ name }) => name);
    expect(names).toContain('session-knn');
    expect(skipped.find(({ name }) => name === 'ease')?.reason).toMatch(/budget/);
    expect(skipped.find(({ name }) => name === 'popularity-category')?.reason).toMatch(/category/);
    expect(
      chooseSources(sourcesFor(shape), shape, {}, { budgetSeconds: 1e9, budgetBytes: 1e5 }).skipped.map(({ name }) => name),
    ).toContain('ials');
  });
});
