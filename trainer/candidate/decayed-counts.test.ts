import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DecayedCounts } from './decayed-counts.ts';
import { dayMs } from './fixture.case.ts';

describe('decayed counts', () => {
  test('equals its definition at any time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(3), fc.double({ min: 0, max: 9000, noNaN: true }), fc.integer({ min: 1, max: 5 })), {
          maxLength: 30,
        }),
        fc.double({ min: 0.5, max: 40, noNaN: true }),
        (events, halfLifeDays) => {
          const sorted = events.sort((a, b) => a[1] - b[1]);
          const counts = new DecayedCounts(4, halfLifeDays);
          for (const [item, day, weight] of sorted) counts.add(item, day * dayMs, weight);
          const now = (sorted.at(-1)?.[1] ?? 0) + 1;
          const expected = new Float64Array(4);
          for (const [item, day, weight] of sorted)
            expected[item] = expected[item]! + weight * 2 ** (-(now - day) / halfLifeDays);
          for (const [item, score] of counts.at(now * dayMs).entries()) {
            expect(Math.abs(score - expected[item]!)).toBeLessThanOrEqual(1e-9 * Math.max(1, expected[item]!));
          }
        },
      ),
    );
  });
});
