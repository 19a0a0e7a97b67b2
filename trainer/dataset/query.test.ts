import { describe, expect, test } from 'vitest';
import { createRandom } from '../random.ts';
import { datasetOf, makeItems, makeShop, type Row } from './fixture.case.ts';
import { positiveInteractions } from './positive.ts';
import { queriesOf, sampleQueries } from './query.ts';
import { splitByTime } from './split.ts';

const always = { fromMs: 0, toMs: Number.POSITIVE_INFINITY };

describe('queries', () => {
  const rows: Row[] = [
    [10, 0, 0, 'click'],
    [20, 0, 1, 'click'],
    [20, 0, 2, 'purchase'],
    [20, 1, 1, 'click'],
    [20, 0, 3, 'impression'],
    [30, 0, 0, 'click'],
  ];
  const log = positiveInteractions(datasetOf(makeItems(4, 2), rows, 2), { click: 1, purchase: 4 });

  test('one per visitor and time; impressions are no interactions', () => {
    expect(queriesOf(log, always, false)).toEqual([
      { user: 0, tMs: 10, targets: [0], weights: [1] },
      { user: 0, tMs: 20, targets: [1, 2], weights: [1, 4] },
      { user: 1, tMs: 20, targets: [1], weights: [1] },
      { user: 0, tMs: 30, targets: [0], weights: [1] },
    ]);
  });

  test('where seen items are hidden a repeat is no target, also when first seen before the range', () => {
    expect(queriesOf(log, { fromMs: 15, toMs: 100 }, true).map((query) => [query.user, query.tMs])).toEqual([
      [0, 20],
      [1, 20],
    ]);
  });

  test('a sample is fair to quiet visitors, in time order and reproducible', () => {
    const busy = Array.from({ length: 500 }, (_, i) => ({
      user: i % 50 === 0 ? 1 + i / 50 : 0,
      tMs: i,
      targets: [0],
      weights: [1],
    }));
    const sample = sampleQueries(busy, 40, createRandom(1, 'a'));
    expect(sample.length).toBe(40);
    expect(new Set(sample.map((query) => query.user)).size).toBe(11);
    expect(sample).toEqual([...sample].sort((a, b) => a.tMs - b.tMs));
    expect(sample).toEqual(sampleQueries(busy, 40, createRandom(1, 'a')));
    expect(sample).not.toEqual(sampleQueries(busy, 40, createRandom(2, 'a')));
    expect(sampleQueries(busy, 1000, createRandom(1, 'a'))).toEqual(busy);
  });
});

describe('split', () => {
  const shares = { testShare: 0.1, rankerShare: 0.2 };

  test('parts hold their shares and never share a time', () => {
    const log = positiveInteractions(makeShop(), { click: 1, purchase: 1 });
    const { rankerFromMs, testFromMs } = splitByTime(log, shares);
    const share = (fromMs: number, toMs: number) => log.tMs.filter((t) => t >= fromMs && t < toMs).length / log.n;
    expect(share(rankerFromMs, testFromMs)).toBeCloseTo(0.2, 1);
    expect(share(testFromMs, Number.POSITIVE_INFINITY)).toBeCloseTo(0.1, 1);
  });

  test.each([
    ['no event', [] as Row[]],
    [
      'no positive',
      [
        [1, 0, 0, 'impression'],
        [2, 0, 1, 'impression'],
      ] as Row[],
    ],
    ['one time', Array.from({ length: 50 }, (): Row => [7, 0, 0, 'click'])],
  ])('%s is refused', (_, rows) => {
    const log = positiveInteractions(datasetOf(makeItems(2, 1), rows, 1), { click: 1 });
    expect(() => splitByTime(log, shares)).toThrow(expect.objectContaining({ name: 'Failure', code: 'no-data' }));
  });
});
