import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ItemId } from '../../shared/contract/id.ts';
import type { Pack } from '../../shared/contract/pack.ts';
import { createFeatureSet } from '../../shared/feature/create.ts';
import { openFeatureSet } from '../../shared/feature/set.ts';
import { toBase64 } from '../../shared/model/base64.ts';
import { decodeColumns } from './columns.ts';
import type { DeviceEngine } from './engine.ts';
import { Past } from './past.ts';
import { rank } from './rank.ts';

const set = openFeatureSet(
  createFeatureSet({
    definitions: [
      { name: 'popularity', entity: 'item', aggregate: { kind: 'count' }, events: ['click'], placement: 'catalog' },
      { name: 'clicks', entity: 'userItem', aggregate: { kind: 'count' }, events: ['click'], placement: 'device' },
    ],
    light: ['popularity'],
    heavy: ['clicks', 'popularity'],
  }),
);

const base64 = (values: Float32Array | Int8Array) => toBase64(new Uint8Array(values.buffer));

function packOf(popularity: readonly number[], excludeSeen = false): Pack {
  const n = popularity.length;
  const items = popularity.map((_, i) => ({ id: `i${i}` as ItemId, title: `Item ${i}`, categories: [`c${i % 3}`] }));
  const vectors = { dim: 2, data: base64(new Int8Array(2 * n).fill(2)), scales: base64(new Float32Array(n).fill(0.5)) };
  const columns = { items, scores: popularity, sources: items.map(() => 1), propensities: items.map(() => 1), vectors };
  const rules = { excludeSeen, categoryShare: 1 };
  return { ...columns, rules, count: 3, served: base64(Float32Array.from(popularity)), release: 'r' } as unknown as Pack;
}

/** Score = 1000 clicks + popularity; a missing value counts nothing. */
const engine: DeviceEngine = {
  name: 'test',
  run: (features, rows) =>
    Float32Array.from({ length: rows }, (_, row) => 1000 * (features[2 * row] || 0) + (features[2 * row + 1] || 0)),
};

function input(pack: Pack, clicked: readonly string[] = [], hidden: readonly string[] = []) {
  const event = (type: 'click' | 'hide') => (id: string) => ({ type, tMs: 1, item: { id: id as ItemId, categories: [] } });
  const events = [...clicked.map(event('click')), ...hidden.map(event('hide'))];
  const columns = decodeColumns(pack, set.served.length);
  return {
    pack,
    columns,
    set,
    engine,
    past: events.length ? new Past(set, events) : undefined,
    nowMs: 2,
    explain: false,
    clock: () => 0,
  };
}

describe('rank', () => {
  it('orders by score, and gives score and rank of every candidate', async () => {
    const order = await rank(input(packOf([1, 3, 2])));
    expect(order.order).toEqual([1, 2, 0]);
    expect(order.rank).toEqual([2, 0, 1]);
    expect(order.scores).toEqual([1, 3, 2]);
  });

  it('knows what the visitor did', async () => expect((await rank(input(packOf([1, 3, 2]), ['i0']))).order).toEqual([0, 1, 2]));

  it('drops what was seen only where the surface says so, and what was hidden always', async () => {
    expect((await rank(input(packOf([1, 3, 2], true), ['i1']))).order).toEqual([2, 0]);
    expect((await rank(input(packOf([1, 3, 2]), [], ['i1']))).order).toEqual([2, 0]);
  });

  it('hands out what the ranker saw only when asked', async () => {
    expect(await rank(input(packOf([1])))).not.toHaveProperty('features');
    const { features } = await rank({ ...input(packOf([7]), ['i0']), explain: true });
    expect(features).toEqual([{ clicks: 1, popularity: 7 }]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses a model that gives %d', async (score) => {
    const broken = { name: 'broken', run: (_: Float32Array, rows: number) => new Float32Array(rows).fill(score) };
    await expect(rank({ ...input(packOf([1, 2])), engine: broken })).rejects.toMatchObject({ reason: 'bad-score' });
  });

  it('is a permutation of the candidates, best first, ties in the order of the edge', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 40 }), async (popularity) => {
        const { order } = await rank(input(packOf(popularity)));
        expect(order.toSorted((a, b) => a - b)).toEqual(popularity.map((_, i) => i));
        for (const [at, index] of order.entries()) {
          const next = order[at + 1];
          if (next === undefined) continue;
          const [here, there] = [popularity[index]!, popularity[next]!];
          expect(here > there || (here === there && index < next)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('decodeColumns', () => {
  it('gives candidates with their vectors in the space of the release', () => {
    const { candidates } = decodeColumns(packOf([1]), 1);
    expect(candidates[0]).toEqual({ id: 'i0', categories: ['c0'], vector: Float32Array.of(1, 1), space: 'r' });
  });

  it.each([
    ['another width', (pack: Pack) => ({ ...pack, served: base64(new Float32Array(3)) })],
    ['too few vectors', (pack: Pack) => ({ ...pack, vectors: { ...pack.vectors, data: '' } })],
    ['no base64', (pack: Pack) => ({ ...pack, served: '%%%%' })],
    ['half a number', (pack: Pack) => ({ ...pack, served: 'AAA=' })],
  ])('refuses columns of %s', (_what, broken) => {
    expect(() => decodeColumns(broken(packOf([1, 2])), 1)).toThrow(expect.objectContaining({ reason: 'bad-pack' }));
  });
});
