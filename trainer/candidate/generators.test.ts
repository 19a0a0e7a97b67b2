import { describe, expect, test } from 'vitest';
import { plainRankKernel, plainScanKernel } from '../../shared/kernel/kernel.ts';
import { kernelEncoder } from '../../shared/model/encoder.ts';
import { nearestToSeeds } from '../../shared/retrieval/nearest.ts';
import { seedEncoder } from '../../shared/retrieval/seed-encoder.ts';
import { similar } from '../../shared/retrieval/similar.ts';
import { flatIndex } from '../../shared/vector/search.ts';
import { loadConfig } from '../config.ts';
import { contextOf, dayMs, logOf, twoTastes, twoTastesItems } from './fixture.case.ts';
import { chooseGenerators, describeChoice, fitGenerators, type GeneratorInput, recordOf } from './generators.ts';
import type { Interactions } from './interactions.ts';
import type { FittedModel } from './model.ts';
import { servedCases, servedNdcg } from './served-cases.ts';
import { type Contender, judge } from './served-choice.ts';
import { transitionModel } from './transitions.ts';

const { training, surfaces } = await loadConfig();
const kernels = { rank: plainRankKernel(), openScan: plainScanKernel };
const quick = {
  'two-tower': { rank: 16, hidden: 16, epochs: 2, buckets: 256 },
  'sequence-net': { rank: 16, epochs: 1, last: 4 },
};
const input = (log: Interactions, more: Partial<GeneratorInput['training']> = {}): GeneratorInput => ({
  log,
  items: twoTastesItems(),
  training: { ...training, similar: { ...training.similar, neighbours: 7 }, models: quick, budgetSeconds: 5, ...more },
  surface: { ...surfaces[0]!, rules: { excludeSeen: false, categoryShare: 1 } },
  kernels,
});
const times = { fromMs: 1400 * dayMs, toMs: 1700 * dayMs };

describe('the generators of a release', () => {
  const asked = input(twoTastes());

  test('are the best of what the budget allows, on later choices, the same every time', async () => {
    const { choice, early } = await chooseGenerators(asked, times);
    for (const part of [choice.similar, choice.vectors]) {
      expect(part.cases).toBeGreaterThan(200);
      expect(part.ndcg[part.contender.source.name]).toBe(Math.max(...Object.values(part.ndcg)));
    }
    expect(Object.keys(choice.vectors.ndcg)).toContain('two-tower');
    expect(describeChoice(choice).join()).toMatch(/Similar items by .*Vectors by /);
    const again = await chooseGenerators(asked, times);
    expect(recordOf(again.choice)).toEqual(recordOf(choice));
    expect(again.early).toEqual(early);
  });

  test('of the time of the choice are what a fit through that time gives, and know nothing later', async () => {
    const { choice, early } = await chooseGenerators(asked, times);
    expect(await fitGenerators(asked, times.fromMs, choice)).toEqual(early);
    const later = { ...asked.log, item: asked.log.item.map((item, e) => (asked.log.tMs[e]! < times.fromMs ? item : 0)) };
    expect(await fitGenerators({ ...asked, log: later }, times.fromMs, choice)).toEqual(early);
  });

  test('are lists of the same taste, best first and no longer than asked', async () => {
    const { similar: table } = await fitGenerators(asked, 2000 * dayMs, (await chooseGenerators(asked, times)).choice);
    for (let i = 0; i < 40; i++) {
      const [start, end] = [table.offsets[i]!, table.offsets[i + 1]!];
      expect(end - start).toBe(7);
      for (let e = start; e < end; e++) {
        expect(table.ordinals[e]! >= 20).toBe(i >= 20);
        if (e > start) expect(table.scores[e]!).toBeLessThanOrEqual(table.scores[e - 1]!);
      }
    }
    expect(similar(table, [3], 5).ordinals.length).toBe(5);
  });

  test('a budget leaves out what costs more, and says so; each part has a model whatever it costs', async () => {
    const { choice } = await chooseGenerators(input(twoTastes(), { budgetSeconds: 1e-9 }), times);
    expect(choice.similar.skipped.map(({ name }) => name)).toContain('gf-cf');
    expect(new Set(choice.vectors.skipped.map(({ name }) => name))).toEqual(new Set(['two-tower', 'sequence-net']));
    expect(choice.vectors.skipped[0]?.reason).toMatch(/budget/);
    expect(Object.keys(choice.vectors.ndcg)).toEqual(['ials']);
  });

  test('take settings from a person, but for the length of lists', async () => {
    const models = { ease: { regularisation: 3, served: 3 }, ials: { rank: 8 } };
    const { choice } = await chooseGenerators(input(twoTastes(), { models, budgetSeconds: 1e-9 }), times);
    expect(recordOf(choice)).toMatchObject({
      similar: { model: 'ease', settings: { regularisation: 3, served: 7 } },
      vectors: { model: 'ials', settings: { rank: 8, halfLife: 'Infinity' } },
    });
    const wrong = input(twoTastes(), { models: { transitions: { window: 0 } } });
    await expect(chooseGenerators(wrong, times)).rejects.toMatchObject({ code: 'usage', message: /transitions: window/ });
  });

  test.each([1, 2])('a log of %i interactions has them', async (n) => {
    const small = logOf(
      Array.from({ length: n }, (_, e) => [0, e] as const),
      1,
      4,
    );
    const { choice, early } = await chooseGenerators(
      { ...input(small), items: twoTastesItems().slice(0, 4) },
      { fromMs: 1, toMs: dayMs * 9 },
    );
    expect([early.similar.n, early.vectors.n]).toEqual([4, 4]);
    expect(early.similar.scores.every(Number.isFinite)).toBe(true);
    expect(choice.similar.contender.source.name).toBe(Object.keys(choice.similar.ndcg)[0]);
  });
});

describe('a network for the vectors', () => {
  const sequences = (next: (a: number, b: number) => number): Interactions => {
    const pairs: [number, number][] = [];
    for (let user = 0; user < 120; user++) {
      let [a, b] = [user % 7, (user * 3 + 1) % 7];
      for (let step = 0; step < 12; step++) {
        pairs.push([user, a]);
        [a, b] = [b, next(a, b) % 7];
      }
    }
    return logOf(pairs, 120, 7);
  };
  const items = twoTastesItems().slice(0, 7);

  test('is asked with its own query', async () => {
    const asked = input(twoTastes());
    const { choice } = await chooseGenerators(asked, times);
    const made = await fitGenerators(asked, times.fromMs, choice);
    const index = flatIndex(plainScanKernel, made.vectors);
    const encoder = made.encoder && seedEncoder(kernelEncoder(made.encoder, kernels.rank));
    expect(encoder === undefined).toBe(choice.vectors.contender.source.name === 'ials');
    for (const seed of [2, 33]) {
      const found = nearestToSeeds(index, { vectors: made.vectors, encoder }, [seed], 5).ordinals;
      for (const item of found) expect(item >= 20).toBe(seed >= 20);
    }
  });

  test('of sequences passes the gate where it sees more than pairs, and is held back with the reason where not', async () => {
    const settings = { rank: 32, epochs: 60, last: 4, batch: 256, dropout: 0, learningRate: 0.01 };
    const material = (log: Interactions) => ({
      ...input(log, { budgetSeconds: 1e6, models: { ...quick, 'sequence-net': settings } }),
      items,
    });
    const range = { fromMs: 1100 * dayMs, toMs: 1440 * dayMs };
    // The next item is told by the last one alone.
    const poor = (await chooseGenerators(material(sequences((_, b) => b + 1)), range)).choice.vectors;
    expect(poor.skipped).toEqual([{ name: 'sequence-net', reason: expect.stringMatching(/may not be released/) }]);
    // By the last two, and by neither of them alone.
    const { choice, early } = await chooseGenerators(material(sequences((a, b) => a + b)), range);
    expect(choice.vectors.contender.source.name).toBe('sequence-net');
    expect(early.encoder).toBeDefined();
  });
});

test('cases are what a release would be asked: later choices of visitors with a past, nothing that they had before', () => {
  const log = logOf(
    [
      [0, 1],
      [1, 2],
      [0, 2],
      [0, 1],
      [2, 3],
      [1, 3],
    ],
    3,
    5,
  );
  const range = { fromMs: 2 * dayMs, toMs: 9 * dayMs, most: 10, seed: 1 };
  const of = (hideHistory: boolean) =>
    servedCases(log, { ...range, hideHistory }).cases.map(({ history, targets }) => [[...history.items], [...targets]]);
  expect(of(true)).toEqual([
    [[1], [2]],
    [[2], [3]],
  ]);
  expect(of(false)).toEqual([
    [[1], [2]],
    [[1, 2], [1]],
    [[2], [3]],
  ]);
  const cases = servedCases(log, { ...range, hideHistory: true });
  const list = (...ordinals: number[]) => ({ ordinals: Uint32Array.from(ordinals), scores: new Float32Array(ordinals.length) });
  // The first visitor's own item is left out before places are counted.
  expect(servedNdcg(cases, (seeds) => (seeds[0] === 1 ? list(1, 2) : list(0, 3)), 10)).toBeCloseTo(
    (1 + 1 / Math.log2(3)) / 2,
    10,
  );
  expect(servedNdcg({ cases: [], hideHistory: true }, () => list(), 10)).toBe(0);
});

test('a contender that may not be released is left out with the reason, whatever its figure', async () => {
  const log = twoTastes();
  const contender = (name: string, refused?: string): Contender<FittedModel> => ({
    source: { name, model: transitionModel, settings: transitionModel.defaults({} as never) },
    make: (fitted) => fitted,
    ask: () => () => ({ ordinals: Uint32Array.of(refused ? 3 : 40), scores: new Float32Array(1) }),
    ...(refused && { refused: async () => refused }),
  });
  const cases = servedCases(log, { ...times, hideHistory: false, most: 50, seed: 1 });
  const context = contextOf(log);
  const judged = await judge([contender('plain'), contender('gated', 'too weak')], { log, cases, asked: 10, context });
  expect(judged.choice).toMatchObject({ skipped: [{ name: 'gated', reason: 'too weak' }], ndcg: { plain: 0 } });
  await expect(judge([contender('gated', 'no')], { log, cases, asked: 10, context })).rejects.toThrow(/no contender/);
});
