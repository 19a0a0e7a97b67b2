import { expect, test } from 'vitest';
import { twoTastes } from '../candidate/fixture.case.ts';
import { coldBelow, holdOutColdItems } from './cold.ts';

test('cold items keep fewer than five interactions, their first; the others lose none; every case asks for one of them', () => {
  const log = twoTastes();
  const { fit, cases, cold } = holdOutColdItems(log, 3, 1e9);
  const count = (item: number, of = fit) => of.item.reduce((sum, own) => sum + Number(own === item), 0);
  for (let i = 0; i < log.items; i++) {
    if (cold.includes(i)) expect(count(i)).toBeLessThan(coldBelow);
    else expect(count(i)).toBe(count(i, log));
  }
  expect(cases.length).toBeGreaterThan(0);
  for (const { history, targets } of cases) {
    expect(cold).toContain(targets[0]);
    expect(history.items).not.toContain(targets[0]);
  }
  expect(holdOutColdItems(log, 3, 1e9)).toEqual({ fit, cases, cold });
});
