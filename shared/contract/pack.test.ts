import { expect, test } from 'vitest';
import type { ItemId } from './id.ts';
import { packDigestText } from './pack.ts';

const pack = {
  items: [
    { id: 'a' as ItemId, title: 'A', categories: [] },
    { id: 'b' as ItemId, title: 'B', categories: [] },
  ],
  scores: [2, 1],
  propensities: [1, 1],
  served: 'AAAA',
  vectors: { dim: 1, data: 'AQI=', scales: 'AACAPwAAgD8=' },
};
const reference = { sha256: '0'.repeat(64), bytes: 1 };
const model = { heavy: reference, features: reference, golden: reference, engine: 'kernel' } as const;

test('the digest text changes with everything that decides an order or a propensity', () => {
  const changed = [
    { ...pack, items: [...pack.items].reverse() },
    { ...pack, scores: [1, 2] },
    { ...pack, propensities: [1, 0.5] },
    { ...pack, served: 'AAAB' },
    { ...pack, vectors: { ...pack.vectors, data: 'AgE=' } },
    { ...pack, model },
    { ...pack, model: { ...model, heavy: { ...reference, sha256: '1'.repeat(64) } } },
    { ...pack, model: { ...model, features: { ...reference, sha256: '1'.repeat(64) } } },
  ];
  expect(new Set([pack, ...changed].map(packDigestText)).size).toBe(1 + changed.length);
});

test('the digest text does not change with what is only shown', () => {
  const [first, second] = pack.items;
  expect(packDigestText({ ...pack, items: [{ ...first!, title: 'Another' }, second!] })).toBe(packDigestText(pack));
});
