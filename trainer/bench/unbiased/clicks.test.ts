import { expect, test } from 'vitest';
import { createRandom } from '../../random.ts';
import { type KnownRows, regretOfLists, shownInOrderOf } from './clicks.ts';

/** Two slates of three; column 0 is what a site trusts. */
const known: KnownRows = {
  rows: {
    columns: 1,
    lists: 2,
    offsets: Uint32Array.of(0, 3, 6),
    features: Float32Array.of(1, Number.NaN, 3, 5, 6, 7),
    labels: new Float32Array(6),
  },
  wishes: Float64Array.of(0, 1, 0.5, 0, 0, 0),
  examination: [1, 0.5, 0],
};

test('slates stand in the order of the column, and only what is looked at and wished for is clicked', () => {
  const shown = shownInOrderOf(known, 0, createRandom(1, 'test'));
  expect([...shown.positions!]).toEqual([1, 2, 0, 2, 1, 0]);
  const clicks = new Float64Array(6);
  for (let draw = 0; draw < 400; draw++)
    for (const [row, label] of shownInOrderOf(known, 0, createRandom(draw, 'test')).labels.entries())
      clicks[row] = clicks[row]! + label / 400;
  expect(clicks[1]).toBe(0);
  expect(clicks[2]).toBeCloseTo(0.5, 1);
  expect(shown.outcomes?.click).toEqual(shown.labels);
});

test('regret is the share of the ideal clicks that an order misses', () => {
  // Ideal: 1 + .5 x .5; by the scores .5 + .5 x 1.
  const [first, second] = regretOfLists(known, [0, 1, 2, 0, 0, 0]);
  expect(first).toBeCloseTo(1 - 1 / 1.25, 12);
  expect(second).toBeNaN();
  expect(regretOfLists(known, known.wishes)[0]).toBe(0);
});
