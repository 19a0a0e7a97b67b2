import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { degenerateLogs, plainItems } from './degenerate.case.ts';
import { contextOf, historyOf, logOf, scoresOf, twoTastes, twoTastesItems } from './fixture.case.ts';
import type { Interactions } from './interactions.ts';
import type { CandidateArtifact, CandidateModel, FitContext, FittedModel } from './model.ts';
import { shapeOf } from './shape.ts';

export interface ModelCases<Settings extends object> {
  /** Instead of the defaults, so that a fit takes milliseconds. */
  readonly settings?: Partial<Settings>;
  /** Each is refused with a RangeError. */
  readonly badSettings: readonly Partial<Settings>[];
  /** What the scores of a visitor depend on. `nothing`: the same for everybody. */
  readonly personal: 'history' | 'nothing';
  /** Columns that the model needs beyond those of `logOf`. */
  readonly complete?: (log: Interactions) => Interactions;
}

const manyItems = 1_000_000;
/** Per item of a catalogue that nobody met: a vector and a few numbers. */
const bytesPerUnseenItem = 128;

/** What every candidate model does. Call it once in the model's own test file. */
export function modelCases<Settings extends object>(model: CandidateModel<Settings>, cases: ModelCases<Settings>): void {
  const complete = cases.complete ?? ((log) => log);
  const settingsOf = (log: Interactions): Settings => ({ ...model.defaults(shapeOf(log)), ...cases.settings });
  const fit = (log: Interactions, more: Partial<FitContext> = {}) =>
    model.fit(log, settingsOf(log), contextOf(log, { items: plainItems(log.items), ...more }));
  const tastes = complete(twoTastes());
  const items = twoTastesItems();
  const histories = [historyOf([1, 2, 3]), historyOf([]), historyOf([25, 30, 25], 1), historyOf([40]), historyOf([5], 0)];

  describe(`candidate model ${model.name}`, () => {
    test('has a name for the command line and a summary', () => {
      expect(model.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(model.summary.length).toBeGreaterThan(10);
    });

    test('same log, settings and seed give the same model, whatever the threads; the log stays as it is', async () => {
      const copy = structuredClone(tastes);
      const first = await fit(tastes, { items });
      const second = await fit(tastes, { items, threads: 2 });
      expect(tastes).toEqual(copy);
      expect(scoresOf(second, histories, tastes.items)).toEqual(scoresOf(first, histories, tastes.items));
      expect(second.artifact).toEqual(first.artifact);
    });

    test('scores of a history do not depend on the batch that it is in', async () => {
      const fitted = await fit(tastes, { items });
      const together = scoresOf(fitted, histories, tastes.items);
      for (const [h, history] of histories.entries())
        expect(together.subarray(h * tastes.items, (h + 1) * tastes.items)).toEqual(scoresOf(fitted, [history], tastes.items));
      expect(scoresOf(fitted, [], tastes.items)).toEqual(new Float32Array(0));
      expect(() => fitted.score(histories, new Float32Array(3))).toThrow(RangeError);
    });

    test.runIf(cases.personal === 'nothing')('says the same to everybody', async () => {
      const all = scoresOf(await fit(tastes, { items }), histories, tastes.items);
      for (const h of histories.keys())
        expect(all.subarray(h * tastes.items, (h + 1) * tastes.items)).toEqual(all.subarray(0, tastes.items));
    });

    test.runIf(cases.personal === 'history')('a visitor whom it never saw gets what fits the history', async () => {
      const fitted = await fit(tastes, { items });
      for (const [history, own] of [
        [[1, 7, 12], 0],
        [[21, 38, 33], 20],
      ] as const) {
        const scores = scoresOf(fitted, [historyOf(history)], tastes.items);
        const others = scores.map((score, i) => (history.some((item) => item === i) ? Number.NEGATIVE_INFINITY : score));
        const best = [...others.keys()].sort((a, b) => (others[b] as number) - (others[a] as number)).slice(0, 5);
        for (const item of best) expect(item >= own && item < own + 21).toBe(true);
      }
    });

    for (const [name, make] of Object.entries(degenerateLogs)) {
      test(`${name}: a valid model or a refusal`, async () => {
        const log = complete(make());
        const shape = shapeOf(log);
        const settings = settingsOf(log);
        const cost = model.cost(shape, settings);
        for (const value of [cost.seconds, cost.bytes]) expect(value >= 0 && Number.isFinite(value)).toBe(true);
        const refusal = model.refusal(shape, { items: plainItems(log.items) });
        if (refusal === undefined) expectValid(await fit(log), log);
        else expect(refusal).toMatch(/^[^\n]{10,}$/);
      });
    }

    test('random logs never leave a NaN behind', async () => {
      const logs = fc
        .record({ users: fc.integer({ min: 1, max: 8 }), items: fc.integer({ min: 1, max: 12 }) })
        .chain(({ users, items }) =>
          fc
            .array(fc.tuple(fc.nat(users - 1), fc.nat(items - 1)), { maxLength: 60 })
            .map((pairs) => complete(logOf(pairs, users, items))),
        );
      await fc.assert(
        fc.asyncProperty(logs, async (log) => {
          if (model.refusal(shapeOf(log), { items: plainItems(log.items) }) === undefined) expectValid(await fit(log), log);
        }),
        { numRuns: 20 },
      );
    });

    test('a million items that nobody met take little memory', async () => {
      const log = complete({ ...twoTastes(), items: manyItems });
      if (model.refusal(shapeOf(log), { items: plainItems(manyItems) }) !== undefined) return;
      const fitted = await fit(log);
      expect(fitted.bytes).toBeLessThanOrEqual(bytesPerUnseenItem * manyItems);
      expectValid(fitted, log);
    });

    test.each([
      ['a weight that is not finite', { weight: Float32Array.of(1, Number.NaN) }],
      ['an infinite weight', { weight: Float32Array.of(1, Number.POSITIVE_INFINITY) }],
      ['a weight of 0', { weight: Float32Array.of(1, 0) }],
      ['a time that is not finite', { tMs: Float64Array.of(0, Number.NaN) }],
      ['times out of order', { tMs: Float64Array.of(2, 1) }],
      ['an item that is none', { item: Int32Array.of(0, 9) }],
      ['a user who is none', { user: Int32Array.of(0, -1) }],
      ['columns of other lengths', { weight: Float32Array.of(1) }],
    ])('refuses %s', async (_, wrong) => {
      const log = logOf(
        [
          [0, 0],
          [1, 1],
        ],
        3,
        4,
      );
      const settings = settingsOf(log);
      await expect(model.fit({ ...complete(log), ...wrong }, settings, contextOf(log, { items: plainItems(4) }))).rejects.toThrow(
        RangeError,
      );
    });

    test.each(cases.badSettings.map((bad) => [bad]))('refuses settings %o', async (bad) => {
      await expect(model.fit(tastes, { ...settingsOf(tastes), ...bad }, contextOf(tastes, { items }))).rejects.toThrow(
        RangeError,
      );
    });
  });
}

/** Scores for visitors of all kinds and everything in the artifact are as the interface promises. */
function expectValid(fitted: FittedModel, log: Interactions): void {
  const known = [...new Set([0, log.items - 1].filter((item) => item >= 0))];
  const histories = [historyOf([]), historyOf(known), historyOf([...known, ...known]), historyOf(known, log.users > 0 ? 0 : -1)];
  const scores = scoresOf(fitted, histories, log.items);
  expect(scores.some((score) => Number.isNaN(score) || score === Number.POSITIVE_INFINITY)).toBe(false);
  expect(fitted.bytes >= 0 && Number.isFinite(fitted.bytes)).toBe(true);
  expectValidArtifact(fitted.artifact, log.items);
}

function expectValidArtifact({ neighbours, vectors, scores }: CandidateArtifact, items: number): void {
  if (scores) expect(scores.length === items && scores.every((score) => score < Number.POSITIVE_INFINITY)).toBe(true);
  if (vectors)
    expect([vectors.items, vectors.values.length, vectors.values.every(Number.isFinite)]).toEqual([
      items,
      items * vectors.rank,
      true,
    ]);
  if (neighbours) {
    const { n, offsets, ordinals, scores: similarity } = neighbours;
    expect([n, offsets.length, offsets[0], offsets[n]]).toEqual([items, items + 1, 0, ordinals.length]);
    expect(similarity.length === ordinals.length && similarity.every(Number.isFinite)).toBe(true);
    const wrong = (i: number, at: number) =>
      (ordinals[at] as number) === i ||
      !((ordinals[at] as number) < n) ||
      (at > (offsets[i] as number) && (similarity[at] as number) > (similarity[at - 1] as number));
    for (let i = 0; i < n; i++)
      for (let at = offsets[i] as number; at < (offsets[i + 1] as number); at++)
        if (wrong(i, at)) expect.unreachable(`neighbours of ${i}`);
  }
}
