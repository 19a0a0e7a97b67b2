import { describe, expect, test } from 'vitest';
import { makeItems } from '../dataset/fixture.case.ts';
import { createRandom } from '../random.ts';
import { drawResamples } from './bootstrap.ts';
import { diversity, gini, novelty } from './exposure.ts';
import { segmentsOf } from './segment.ts';
import { createTally } from './tally.ts';

describe('exposure', () => {
  test('Gini: 0 when all are shown alike, (n - 1) / n when one has everything', () => {
    expect(gini([3, 3, 3, 3], 4)).toBeCloseTo(0, 12);
    expect(gini([7], 4)).toBeCloseTo(3 / 4, 12);
    expect(gini([], 4)).toBe(0);
    // Half of the mean absolute difference over the mean: pairs of (0, 1, 3) differ by 1, 3, 2.
    expect(gini([3, 1], 3)).toBeCloseTo((2 * (1 + 3 + 2)) / 9 / (2 * (4 / 3)), 12);
  });

  test('novelty is the information of the items; one without interactions counts as having one', () => {
    expect(novelty([0, 1], [4, 2, 0], 8)).toBeCloseTo((1 + 2) / 2, 12);
    expect(novelty([2], [4, 2, 0], 8)).toBeCloseTo(3, 12);
    expect(novelty([], [1], 1)).toBeNaN();
  });

  test('diversity is the mean distance of two items by their categories', () => {
    const [first] = makeItems(1, 1);
    const items = [['a', 'b'], ['b', 'c'], ['a', 'b'], []].map((categories) => ({ ...first!, categories }));
    expect(diversity([0, 1, 2], items)).toBeCloseTo((2 / 3 + 0 + 2 / 3) / 3, 12);
    expect(diversity([0, 3], items)).toBeNaN();
  });
});

describe('tally', () => {
  test('users weigh the same, in GAUC by what they asked; coverage grows with the places', () => {
    const tally = createTally(3, 2, 5);
    const add = (user: number, slate: number[], places: number[], auc: number) =>
      tally.add(user, { slate, places, relevant: 1 }, { auc });
    add(0, [0, 1], [0], 1);
    add(0, [0, 2], [], 0.5);
    add(0, [0, 1], [1], 0.75);
    add(2, [2, 3], [], 0);
    const { auc, gauc, ...metrics } = tally.summary(drawResamples(3, 10, createRandom(1, 'bootstrap')));
    expect(auc!.mean).toBeCloseTo((0.75 + 0) / 2, 12);
    expect(gauc!.mean).toBeCloseTo((3 * 0.75 + 0) / 4, 12);
    expect(metrics['hit@2']!.mean).toBeCloseTo((2 / 3 + 0) / 2, 12);
    expect(metrics['precision@2']!.mean).toBeCloseTo((1 / 3 + 0) / 2, 12);
    expect(tally.coverage()).toEqual([2 / 5, 4 / 5]);
    expect(metrics['coverage@2']).toEqual({ mean: 4 / 5, low: 4 / 5, high: 4 / 5 });
    expect([tally.queries, tally.users]).toEqual([4, 2]);
  });
});

test('segments: by what was known before the split, visitors at their median, items at five', () => {
  // User u has u + 3 interactions with item u before the split, at time 0, and everyone one at time 1.
  const users = [0, 1, 2, 3, 4, 5];
  const early = users.flatMap((u) => Array.from({ length: u + 3 }, () => u));
  const column = Int32Array.from([...early, ...users]);
  const n = column.length;
  const log = {
    n,
    users: 6,
    items: 6,
    user: column,
    item: column,
    tMs: Float64Array.from(column, (_, e) => (e < early.length ? 0 : 1)),
    weight: new Float32Array(n).fill(1),
  };
  const queries = users.map((user) => ({ user, tMs: 1, targets: user === 3 ? [0, 5] : [user], weights: [1] }));
  const segmentOf = segmentsOf(log, 1, queries);
  expect(queries.map((query) => segmentOf(query))).toEqual([
    ['new visitors', 'cold items'],
    ['new visitors', 'cold items'],
    ['light visitors', 'warm items'],
    ['light visitors', 'warm items'],
    ['heavy visitors', 'warm items'],
    ['heavy visitors', 'warm items'],
  ]);
});
