import { describe, expect, test } from 'vitest';
import type { Interactions } from '../candidate/interactions.ts';
import { createRandom } from '../random.ts';
import { folds, type HeldOut, holdOutFuture, holdOutItems, holdOutUsers, leaveLastOut } from './hold-out.ts';

/** Forty users with one to a dozen interactions with thirty items, repeats among them. */
function world(): Interactions {
  const random = createRandom(1, 'hold-out-test');
  const user = Int32Array.from({ length: 260 }, () => Math.floor(40 * random.uniform() ** 1.5));
  return {
    n: 260,
    users: 40,
    items: 30,
    user,
    item: user.map(() => random.below(30)),
    tMs: Float64Array.from({ length: 260 }, (_, e) => 10 * (e >> 1)),
    weight: new Float32Array(260).fill(1),
    value: Float32Array.from({ length: 260 }, (_, e) => e),
  };
}
const log = world();
const pairs = (part: Interactions) => new Set(Array.from(part.user, (user, e) => `${user} ${part.item[e]}`));

/** Nothing of what is asked is in the fit, and histories are of the fit. */
function expectApart({ fit, cases }: HeldOut) {
  const known = pairs(fit);
  for (const { history, targets } of cases) {
    expect(targets.length).toBeGreaterThan(0);
    expect(history.items).toHaveLength(history.tMs.length);
    for (const item of targets) expect(known.has(`${history.user} ${item}`)).toBe(false);
    for (const item of history.items) expect(known.has(`${history.user} ${item}`)).toBe(true);
  }
}

describe('held-out parts', () => {
  test('items: about the share, never all of a user, all repeats of a pair together, columns stay together', () => {
    const held = holdOutItems(log, 0.3, 1);
    expectApart(held);
    const asked = held.cases.reduce((sum, { targets }) => sum + targets.length, 0);
    expect(asked + pairs(held.fit).size).toBe(pairs(log).size);
    expect(asked / pairs(log).size).toBeGreaterThan(0.2);
    expect(asked / pairs(log).size).toBeLessThan(0.4);
    for (const { history } of held.cases) expect(history.items.length).toBeGreaterThan(0);
    expect([...held.fit.value!].every((value, e) => log.item[value] === held.fit.item[e])).toBe(true);
    expect(holdOutItems(log, 0.3, 1)).toEqual(held);
  });

  test('folds: every pair is asked for exactly once', () => {
    const parts = folds(log, 4, 1);
    const asked = parts.flatMap(({ cases, fit }) => {
      expect(pairs(fit).size + cases.reduce((sum, { targets }) => sum + targets.length, 0)).toBe(pairs(log).size);
      return cases.map(({ targets }) => targets.length);
    });
    expect(asked.reduce((sum, n) => sum + n, 0)).toBe(pairs(log).size);
  });

  test('users: who is asked about is not in the fit, and unknown to it', () => {
    const { fit, cases } = holdOutUsers(log, 0.4, 1);
    const kept = new Set(fit.user);
    expect(kept.size).toBeLessThan(new Set(log.user).size);
    expect(cases.length).toBeGreaterThan(5);
    expect(cases.every(({ history }) => history.user === -1 && history.items.length > 0)).toBe(true);
    expect(fit.n).toBe(log.user.filter((user) => kept.has(user)).length);
  });

  test('the future: what is new to a user from a time on', () => {
    const held = holdOutFuture(log, 600);
    expectApart(held);
    expect(held.fit.n).toBe(120);
    expect(held.cases.every(({ history }) => history.nowMs === 600)).toBe(true);
  });

  test('the last: one interaction of every user with at least three', () => {
    const { fit, cases } = leaveLastOut(log);
    const counts = new Map<number, number>();
    for (const user of log.user) counts.set(user, (counts.get(user) ?? 0) + 1);
    const enough = [...counts.values()].filter((count) => count >= 3).length;
    expect(cases).toHaveLength(enough);
    expect(fit.n).toBe(log.n - enough);
    for (const { history, targets } of cases) {
      const own = log.item.filter((_, e) => log.user[e] === history.user);
      expect([...history.items, ...targets]).toEqual([...own]);
    }
  });
});
