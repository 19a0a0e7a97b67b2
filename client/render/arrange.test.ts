import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrange } from './arrange.ts';

const permutation = fc.integer({ min: 0, max: 60 }).chain((n) =>
  fc.shuffledSubarray(
    Array.from({ length: n }, (_, i) => i),
    { minLength: n, maxLength: n },
  ),
);

describe('arrange', () => {
  it('is the wanted order when nothing is frozen', () => expect(arrange(3, [4, 2, 0, 1], new Map())).toEqual([4, 2, 0]));

  it('keeps what has been seen and fills the rest best first', () =>
    expect(
      arrange(
        4,
        [3, 1, 0, 2],
        new Map([
          [0, 0],
          [2, 3],
        ]),
      ),
    ).toEqual([0, 1, 3, 2]));

  it('never repeats an item, never moves a frozen one, and keeps the wanted order elsewhere', () => {
    fc.assert(
      fc.property(
        permutation,
        permutation,
        fc.integer({ min: 1, max: 20 }),
        fc.infiniteStream(fc.boolean()),
        (wanted, shown, count, coin) => {
          const frozen = new Map<number, number>();
          for (let position = 0; position < Math.min(count, shown.length); position++) {
            if (coin.next().value) frozen.set(position, shown[position]!);
          }
          const order = arrange(count, wanted, frozen);
          expect(order.length).toBe(count);
          for (const [position, index] of frozen) expect(order[position]).toBe(index);
          const free = order.filter((_, position) => !frozen.has(position));
          const expected = wanted.filter((index) => ![...frozen.values()].includes(index));
          expect(free).toEqual(free.map((_, i) => expected[i] ?? -1));
        },
      ),
    );
  });
});
