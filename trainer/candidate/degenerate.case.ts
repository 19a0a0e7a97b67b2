import type { ItemId } from '../../shared/contract/id.ts';
import type { Item } from '../../shared/contract/item.ts';
import { logOf } from './fixture.case.ts';
import type { Interactions } from './interactions.ts';

/** Logs that no model may stumble over: a valid model or a refusal in words, never a NaN. */
export const degenerateLogs: Readonly<Record<string, () => Interactions>> = {
  'no items': () => logOf([], 0, 0),
  'no interactions': () => logOf([], 3, 5),
  'one item': () =>
    logOf(
      Array.from({ length: 6 }, (_, u) => [u, 0]),
      6,
      1,
    ),
  'one user': () =>
    logOf(
      Array.from({ length: 6 }, (_, i) => [0, i]),
      1,
      6,
    ),
  'one interaction': () => logOf([[0, 0]], 1, 1),
  'one interaction among many items and users': () => logOf([[3, 2]], 9, 20),
  'one pair, again and again': () => logOf(Array(50).fill([1, 2]), 3, 4),
  'everybody met everything once': () =>
    logOf(
      Array.from({ length: 60 }, (_, e) => [Math.floor(e / 6), e % 6]),
      10,
      6,
    ),
  'one item with 99 % of the interactions': () =>
    logOf(
      Array.from({ length: 1000 }, (_, e) => [e % 70, e % 100 === 0 ? 1 + ((e / 100) % 7) : 0]),
      70,
      9,
    ),
  'all at one time': () => ({
    ...logOf(
      Array.from({ length: 60 }, (_, e) => [e % 7, e % 11]),
      7,
      11,
    ),
    tMs: new Float64Array(60).fill(5),
  }),
  'centuries apart': () => {
    const log = logOf(
      Array.from({ length: 40 }, (_, e) => [e % 4, e % 9]),
      4,
      9,
    );
    return { ...log, tMs: log.tMs.map((_, e) => e * 1e13) };
  },
  'weights from 1e-6 to 1e6': () => {
    const log = logOf(
      Array.from({ length: 60 }, (_, e) => [e % 7, e % 11]),
      7,
      11,
    );
    return { ...log, weight: log.weight.map((_, e) => 10 ** ((e % 13) - 6)) };
  },
};

/** Attributes for a log: absent where `n` is 0; all alike for large catalogues, where making them would take longer than the test. */
export function plainItems(n: number): Item[] {
  const alike: Item = { id: 'item' as ItemId, title: 'The same', categories: [] };
  return n > 1000
    ? Array(n).fill(alike)
    : Array.from({ length: n }, (_, i) => ({ ...alike, id: `item-${i}` as ItemId, title: `Item ${i}` }));
}
