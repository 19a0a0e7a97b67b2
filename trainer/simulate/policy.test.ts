import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPolicy } from './policy.ts';
import { createRandom } from './random.ts';

const weightLists = fc.array(fc.double({ min: 0.01, max: 100, noNaN: true }), { minLength: 2, maxLength: 30 });

test('at every position the propensities of all items not above sum to 1', () => {
  fc.assert(
    fc.property(weightLists, fc.integer(), (list, seed) => {
      const policy = createPolicy(Float64Array.from(list));
      const slate = policy.slate(createRandom(seed), Math.min(5, list.length));
      for (let position = 0; position < slate.length; position++) {
        const above = slate.slice(0, position).map(({ item }) => item);
        const others = list.map((_, item) => item).filter((item) => !above.includes(item));
        expect(others.reduce((sum, item) => sum + policy.propensity(item, above), 0)).toBeCloseTo(1, 9);
        expect(slate[position]?.propensity).toBe(policy.propensity(slate[position]?.item ?? -1, above));
      }
    }),
  );
});

test('a slate has no item twice and ends with the catalogue', () => {
  fc.assert(
    fc.property(weightLists, fc.integer(), (list, seed) => {
      const slate = createPolicy(Float64Array.from(list)).slate(createRandom(seed), 12);
      expect(new Set(slate.map(({ item }) => item)).size).toBe(Math.min(12, list.length));
    }),
  );
});

test('items appear as often as their propensities say, at the second position too', () => {
  const policy = createPolicy(Float64Array.of(8, 4, 2, 1, 1));
  const random = createRandom(5);
  const rounds = 40_000;
  const seen = new Float64Array(5);
  const expected = new Float64Array(5);
  for (let round = 0; round < rounds; round++) {
    const [first, second] = policy.slate(random, 2);
    if (!first || !second) throw new Error('a slate of two');
    seen[second.item] = (seen[second.item] ?? 0) + 1;
    for (let item = 0; item < 5; item++)
      if (item !== first.item) expected[item] = (expected[item] ?? 0) + policy.propensity(item, [first.item]);
  }
  for (let item = 0; item < 5; item++) {
    expect(Math.abs((seen[item] ?? 0) - (expected[item] ?? 0))).toBeLessThan(5 * Math.sqrt(expected[item] ?? 0));
  }
});
