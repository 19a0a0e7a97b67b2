import { describe, expect, test } from 'vitest';
import { contextOf, dayMs, historyOf, logOf, scoresOf } from './fixture.case.ts';
import { modelCases } from './model.case.ts';
import { type SessionKnnSettings, sessionKnnModel } from './session-knn.ts';

modelCases(sessionKnnModel, {
  personal: 'history',
  badSettings: [{ neighbours: 0 }, { sample: 1.5 }, { reach: 0 }, { decay: Number.NaN }, { halfLifeDays: -1 }, { rarity: -1 }],
});

describe('session k-nearest-neighbours', () => {
  const plain: SessionKnnSettings = {
    neighbours: 10,
    sample: 10,
    last: 10,
    decay: 1,
    reach: Number.POSITIVE_INFINITY,
    backward: 1,
    repeat: 1,
    halfLifeDays: Number.POSITIVE_INFINITY,
    rarity: 0,
    targetRarity: 0,
  };
  /** Sessions one after the other, in time. */
  const scores = async (
    sessions: readonly (readonly number[])[],
    history: readonly number[],
    settings: Partial<SessionKnnSettings> = {},
    user = -1,
  ) => {
    const log = logOf(
      sessions.flatMap((items, s) => items.map((item) => [s, item] as const)),
      sessions.length,
      5,
    );
    const fitted = await sessionKnnModel.fit(log, { ...plain, ...settings }, contextOf(log));
    return [...scoresOf(fitted, [historyOf(history, user, log.n * dayMs)], 5)].map((score) => (score < 0 ? 0 : score));
  };

  test('is the cosine of sessions when nothing else is asked for', async () => {
    // Sessions of 2, 2 and 1 items that share 1, 2 and 0 with the history.
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = await scores([[0, 2], [0, 1], [4]], [0, 1]);
    for (const [score, expected] of [
      [a, 3 / Math.sqrt(2)],
      [b, 2 / Math.sqrt(2)],
      [c, 1 / Math.sqrt(2)],
    ] as const)
      expect(score).toBeCloseTo(expected, 6);
    expect([d, e]).toEqual([0, 0]);
  });

  test('the newest of a sample speak, the closest of them', async () => {
    const sessions = [
      [0, 1],
      [0, 2],
      [0, 3, 4],
    ];
    expect((await scores(sessions, [0], { sample: 2 })).map((score) => score > 0)).toEqual([true, false, true, true, true]);
    expect((await scores(sessions, [0], { neighbours: 2 })).map((score) => score > 0)).toEqual([true, true, true, false, false]);
  });

  test('a session of the visitor is no neighbour', async () => {
    expect(await scores([[0, 1]], [0], {}, 0)).toEqual([0, 0, 0, 0, 0]);
  });

  test('what is near the newest shared item and after it counts more', async () => {
    const [a = 0, b = 0, c = 0, d = 0] = await scores([[3, 0, 1, 2]], [0], { reach: 1, backward: 0.5, repeat: 0 });
    expect(a).toBe(0);
    expect(c / b).toBeCloseTo(Math.exp(-1), 5);
    expect(d / b).toBeCloseTo(0.5, 5);
  });

  test('a session of long ago counts less', async () => {
    const settings = { halfLifeDays: 1, repeat: 0 };
    const [, old = 0, recent = 0] = await scores(
      [
        [0, 1],
        [3, 4],
        [0, 2],
      ],
      [0],
      settings,
    );
    expect(recent / old).toBeCloseTo(2 ** 4, 4);
  });

  test('rare shared items count more', async () => {
    const sessions = [[0, 3], [1, 4], [1], [1]];
    const [, , , rare = 0, common = 0] = await scores(sessions, [0, 1], { rarity: 1 });
    expect(rare / common).toBeCloseTo(Math.log(5) / Math.log(1 + 4 / 3), 5);
  });
});
