import { expect, test } from 'vitest';
import type { Shape } from '../../candidate/model.ts';
import { loadModel } from '../../candidate/models.ts';
import { overBudget, withinBudget } from './budget.ts';

/** MovieLens-1M. */
const shape: Shape = {
  users: 6040,
  items: 3706,
  interactions: 994_169,
  pairs: 994_169,
  itemsSeen: 3706,
  coOccurrences: 3e8,
  ordered: true,
  sessions: false,
  valued: false,
  segments: 0,
};
const room = { budget: 900, memory: 12 };

test('models of epochs make as many as the budget allows, and no fewer than two', async () => {
  const model = await loadModel('sequence-net');
  const epochsWithin = (budget: number) => (withinBudget(model, shape, budget) as { readonly epochs: number }).epochs;
  const whole = (model.defaults(shape) as { readonly epochs: number }).epochs;
  expect(epochsWithin(1e9)).toBe(whole);
  expect(epochsWithin(1e-9)).toBe(2);
  const { seconds } = model.cost(shape, model.defaults(shape));
  const half = withinBudget(model, shape, seconds / 2);
  expect(epochsWithin(seconds / 2)).toBeLessThan(whole);
  expect(model.cost(shape, half).seconds).toBeLessThanOrEqual(seconds / 2);
});

test('a blend has the budget for its own', async () => {
  const blend = await loadModel('blend');
  expect(withinBudget(blend, shape, 60)).toMatchObject({ budgetSeconds: 60 });
  expect(overBudget(blend, shape, withinBudget(blend, shape, 1e-9), { ...room, budget: 1e-9 })).toBeUndefined();
});

test('what does not fit is left out with the reason', async () => {
  const ease = await loadModel('ease');
  const settings = ease.defaults(shape);
  expect(overBudget(ease, shape, settings, room)).toBeUndefined();
  expect(overBudget(ease, shape, settings, { ...room, budget: 1e-3 })).toMatch(/would take some \d+ s .* --budget 0.001/);
  expect(overBudget(ease, shape, settings, { ...room, memory: 0.01 })).toMatch(/needs some \d\.\d GB, more than --memory 0.01/);
});
