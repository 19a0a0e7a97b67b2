import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ItemId } from '../../contract/id.ts';
import { tasteOf } from '../taste.ts';
import { calibrate } from './calibration.ts';

const entry = (id: string, score: number, ...categories: string[]) => ({ item: { id: id as ItemId, categories }, score });
const ids = (entries: readonly { readonly item: { readonly id: ItemId } }[]) => entries.map(({ item }) => item.id);

describe('taste', () => {
  test('splits an item over its categories, newer items count more, shares sum to 1', () => {
    const taste = tasteOf([{ categories: ['a', 'b'] }, { categories: ['a'] }, { categories: [] }]);
    expect(taste.get('a')).toBeCloseTo((0.5 + 0.9) / 1.9);
    expect(taste.get('b')).toBeCloseTo(0.5 / 1.9);
  });

  test('is empty for a visitor of whom nothing is known', () => {
    expect(tasteOf([]).size).toBe(0);
    expect(tasteOf([{ categories: [] }]).size).toBe(0);
  });
});

describe('calibration', () => {
  const entries = [entry('1', 3, 'a'), entry('2', 2.9, 'a'), entry('3', 2.8, 'a'), entry('4', 2.7, 'b'), entry('5', 2.6, 'b')];
  const both = tasteOf([{ categories: ['a', 'b'] }]);

  test('shows two interests in their proportion', () => {
    expect(ids(calibrate(entries, 4, both, 1))).toEqual(['1', '4', '2', '5', '3']);
  });

  test('leaves the order alone without a weight or a taste, and where the list already fits', () => {
    expect(calibrate(entries, 4, both, 0)).toBe(entries);
    expect(calibrate(entries, 4, tasteOf([]), 1)).toBe(entries);
    expect(ids(calibrate(entries, 3, tasteOf([{ categories: ['a'] }]), 1))).toEqual(ids(entries));
  });

  test('does not show what is far less relevant', () => {
    const far = [entry('1', 9, 'a'), entry('2', 8, 'a'), entry('3', -9, 'b')];
    expect(ids(calibrate(far, 2, both, 0.25))).toEqual(['1', '2', '3']);
  });

  test('whatever the input: the same entries, those behind in their order, deterministic', () => {
    const category = fc.constantFrom('a', 'b', 'c', 'd');
    const list = fc.array(
      fc.tuple(fc.oneof(fc.double({ min: -5, max: 5, noNaN: true }), fc.constant(Number.NaN)), fc.uniqueArray(category)),
    );
    fc.assert(
      fc.property(
        list,
        fc.array(fc.uniqueArray(category)),
        fc.nat(12),
        fc.double({ min: 0, max: 2, noNaN: true }),
        (rows, liked, count, weight) => {
          const entries = rows.map(([score, categories], i) => entry(`${i}`, score, ...categories));
          const taste = tasteOf(liked.map((categories) => ({ categories })));
          const order = ids(calibrate(entries, count, taste, weight));
          expect([...order].sort()).toEqual(ids(entries).sort());
          const behind = order.slice(count).map(Number);
          expect(behind).toEqual(behind.toSorted((a, b) => a - b));
          expect(ids(calibrate(entries, count, taste, weight))).toEqual(order);
        },
      ),
    );
  });
});
