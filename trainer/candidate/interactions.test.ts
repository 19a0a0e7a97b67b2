import { expect, test } from 'vitest';
import { dayMs, logOf } from './fixture.case.ts';
import { before } from './interactions.ts';

test('before() cuts strictly', () => {
  const log = logOf(
    [
      [0, 0],
      [0, 1],
      [0, 2],
    ],
    1,
    3,
  );
  expect(before(log, dayMs).n).toBe(1);
  expect([...before(log, dayMs + 1).item]).toEqual([0, 1]);
  expect(before(log, -1).n).toBe(0);
});
