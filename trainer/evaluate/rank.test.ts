import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FittedModel, History } from '../candidate/model.ts';
import { type Ranked, type RankingCase, rankCases } from './rank.ts';

/** A model that answers the n-th history with the n-th row. */
function modelOf(rows: readonly (readonly number[])[]): FittedModel {
  return {
    bytes: 0,
    artifact: {},
    score: (histories, out) => out.set(histories.flatMap(({ user }) => [...rows[user]!])),
  };
}
const historyOf = (user: number, items: readonly number[] = []): History => ({
  user,
  items: Int32Array.from(items),
  tMs: new Float64Array(items.length),
  nowMs: 1,
});
function rank(rows: readonly (readonly number[])[], cases: readonly RankingCase[], k: number, hideHistory = true): Ranked[] {
  const found: Ranked[] = [];
  rankCases(modelOf(rows), { cases, items: rows[0]!.length, k, hideHistory }, (index, ranked) => {
    found[index] = ranked;
  });
  return found;
}
const of = (...ordinals: number[]) => Int32Array.from(ordinals);
const nothing = Number.NEGATIVE_INFINITY;

describe('ranking the catalogue', () => {
  test('history is left out, ties count against, equal targets take places one after the other', () => {
    const rows = [[9, 5, 5, 5, 1]];
    expect(rank(rows, [{ history: historyOf(0, [0]), targets: of(2) }], 5)).toEqual([
      { places: [2], relevant: 1, list: [1, 3, 2, 4] },
    ]);
    expect(rank(rows, [{ history: historyOf(0, [0]), targets: of(2, 3, 4) }], 5)[0]!.places).toEqual([1, 2, 3]);
    expect(rank(rows, [{ history: historyOf(0, [0]), targets: of(2) }], 5, false)[0]!.places).toEqual([3]);
    expect(rank(rows, [{ history: historyOf(0, [2]), targets: of(2) }], 5)[0]!.places).toEqual([]);
  });

  test('a model that has nothing to say of a target does not find it, and one that scores NaN is refused', () => {
    expect(rank([[nothing, nothing, 1]], [{ history: historyOf(0), targets: of(0) }], 3)[0]).toEqual({
      places: [],
      relevant: 1,
      list: [2],
    });
    expect(() => rank([[Number.NaN, 1]], [{ history: historyOf(0), targets: of(0) }], 3)).toThrow(/item 0 NaN/);
  });

  test('given candidates are a set, may hold the target, and are not hidden by the history', () => {
    const one = { history: historyOf(0, [1]), targets: of(3), candidates: of(1, 1, 3, 4) };
    expect(rank([[9, 8, 7, 6, 5]], [one], 10)[0]).toEqual({ places: [1], relevant: 1, list: [1, 3, 4] });
  });

  test('equals a sort, whatever the batches', () => {
    const score = fc.constantFrom(nothing, -1, 0, 0.5, 1, 2);
    const rows = fc.array(fc.array(score, { minLength: 7, maxLength: 7 }), { minLength: 1, maxLength: 130 });
    const picks = fc.uniqueArray(fc.nat(6), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(rows, picks, picks, fc.integer({ min: 1, max: 8 }), (rows, targets, seen, k) => {
        const cases = rows.map((_, u) => ({ history: historyOf(u, seen), targets: of(...targets) }));
        for (const [u, { places, list }] of rank(rows, cases, k).entries()) {
          const row = rows[u]!;
          const order = [...row.keys()]
            .filter((i) => !seen.includes(i) && row[i] !== nothing)
            .sort((a, b) => row[b]! - row[a]! || Number(targets.includes(a)) - Number(targets.includes(b)) || a - b)
            .slice(0, k);
          expect(list).toEqual(order);
          expect(places).toEqual([...order.keys()].filter((place) => targets.includes(order[place]!)));
        }
      }),
      { numRuns: 60 },
    );
  });
});
