import { describe, expect, test } from 'vitest';
import { contextOf, historyOf, logOf, scoresOf, twoTastes } from './fixture.case.ts';
import { modelCases } from './model.case.ts';
import { shapeOf } from './shape.ts';
import { type TransitionSettings, transitionModel } from './transitions.ts';

modelCases(transitionModel, {
  personal: 'history',
  badSettings: [
    { window: 0 },
    { last: 0 },
    { decay: 0 },
    { decay: 1.1 },
    { backward: -1 },
    { repeat: -1 },
    { shrinkage: Number.NaN },
    { keep: 0.5 },
  ],
});

describe('transitions', () => {
  /** Of one visitor. */
  const fit = (items: readonly number[], settings: Partial<TransitionSettings> = {}) => {
    const log = logOf(
      items.map((item) => [0, item]),
      1,
      4,
    );
    const plain = { ...transitionModel.defaults(shapeOf(log)), seedExponent: 0 };
    return transitionModel.fit(log, { ...plain, ...settings }, contextOf(log));
  };
  const none = Number.NEGATIVE_INFINITY;

  test('counts what followed by 1/distance; repeats do not stand between', async () => {
    const fitted = await fit([0, 0, 1, 2], { repeat: 0 });
    expect(scoresOf(fitted, [historyOf([0])], 4)).toEqual(Float32Array.of(none, 1, 0.5, none));
    expect(scoresOf(fitted, [historyOf([2])], 4)).toEqual(Float32Array.of(none, none, none, none));
  });

  test('an item that came again follows itself, where it is the newest; lists of a release do not have it', async () => {
    const fitted = await fit([0, 0, 1, 0, 2, 1], { decay: 0.5, last: 2, window: 3 });
    // 0 came again after 1, 2 and 3 places; 1 after 3.
    const [zero, one] = [1 + 1 / 2 + 1 / 3, 1 / 3];
    const scores = scoresOf(fitted, [historyOf([0]), historyOf([0, 1]), historyOf([0, 0])], 4);
    expect(scores[0]).toBeCloseTo(zero, 6);
    expect(scores[4 + 1]! - 0.5 * scores[1]!).toBeCloseTo(one, 6);
    expect(scores.subarray(8)).toEqual(scores.subarray(0, 4));
    const { offsets, ordinals } = fitted.artifact.neighbours!;
    expect(ordinals.subarray(offsets[0], offsets[1]).includes(0)).toBe(false);
  });

  test('in short sessions the last item says nearly all, in short histories and long sessions it does not', () => {
    const of = (sessions: boolean, perUser: number) =>
      transitionModel.defaults({ ...shapeOf(twoTastes()), sessions, users: 100, interactions: 100 * perUser });
    expect(of(true, 7)).toMatchObject({ last: 3, seedExponent: 1 });
    for (const other of [of(false, 7), of(true, 50)]) expect(other).toMatchObject({ last: 10, seedExponent: 0.5 });
  });

  test('counts what came before by `backward`', async () => {
    expect(scoresOf(await fit([0, 1, 2], { backward: 0.5 }), [historyOf([1])], 4)).toEqual(Float32Array.of(0.5, none, 1, none));
  });

  test('mixes the last distinct items, the newest first', async () => {
    const fitted = await fit([0, 1, 2], { window: 1, decay: 0.25, last: 2 });
    expect(scoresOf(fitted, [historyOf([0, 1])], 4)).toEqual(Float32Array.of(none, 0.25, 1, none));
    expect(scoresOf(fitted, [historyOf([0, 1, 2, 2])], 4)).toEqual(Float32Array.of(none, none, 0.25, none));
  });

  test('divides by the numbers of both items, shrunk', async () => {
    const scores = scoresOf(await fit([0, 1, 0], { seedExponent: 1, neighbourExponent: 1, shrinkage: 2 }), [historyOf([0])], 4);
    expect(scores[1]).toBeCloseTo(1 / (4 * 3), 6);
  });

  test('what a release gets is shortened and says what the model says', async () => {
    const log = twoTastes();
    const settings = { ...transitionModel.defaults(shapeOf(log)), served: 3 };
    const { artifact } = await transitionModel.fit(log, settings, contextOf(log));
    const full = (await transitionModel.fit(log, { ...settings, served: 100 }, contextOf(log))).artifact.neighbours;
    for (let i = 0; i < 40; i++) {
      expect(artifact.neighbours!.offsets[i + 1]! - artifact.neighbours!.offsets[i]!).toBe(3);
      const row = (table: typeof full) => table!.ordinals.subarray(table!.offsets[i], table!.offsets[i]! + 3);
      expect(row(artifact.neighbours)).toEqual(row(full));
    }
  });

  test('has nothing to learn where times tell no order', () => {
    const log = twoTastes();
    expect(transitionModel.refusal(shapeOf({ ...log, tMs: new Float64Array(log.n) }), {})).toMatch(/order/);
  });
});
