import { expect, test } from 'vitest';
import type { ItemId } from '../contract/id.ts';
import { encodeTable, TableRefused } from '../contract/table.ts';
import { assemble } from './assemble.ts';
import { decodeCatalog, encodeCatalog } from './catalog.ts';
import { createFeatureSet } from './create.ts';
import type { FeatureDefinition } from './definition.ts';
import type { HistoryItem } from './history.ts';
import { pickServed, type ServedInput, servedValues } from './served.ts';
import { openFeatureSet } from './set.ts';

const definitions: readonly FeatureDefinition[] = [
  { name: 'age', entity: 'item', age: true, placement: 'edge' },
  { name: 'price', entity: 'item', attribute: 'price', placement: 'catalog' },
  { name: 'hour', entity: 'context', context: 'hour', placement: 'edge' },
  { name: 'own', entity: 'userItem', aggregate: { kind: 'count' }, events: ['click'], placement: 'device' },
  { name: 'weekday', entity: 'context', context: 'weekday', placement: 'edge' },
  { name: 'class', entity: 'context', context: 'deviceClass', placement: 'edge' },
  { name: 'similar', entity: 'candidate', source: 'similar', transform: 'log1p', placement: 'edge' },
];
const served = ['age', 'price', 'hour', 'weekday', 'class', 'similar'];
const set = openFeatureSet(
  createFeatureSet({ definitions, light: ['similar', 'price'], heavy: ['own', ...[...served].reverse()] }),
);
const missing = Number.NaN;

const input: ServedInput = {
  n: 2,
  ordinals: Uint32Array.of(2, 0),
  // The catalogue of a release may hold more than this set takes, in its own order.
  catalog: { columns: ['other', 'price'], n: 3, values: Float32Array.of(-1, 10, -1, 11, -1, missing) },
  items: [{ publishedAtMs: 5000 }, {}, {}],
  sourceScores: { similar: Float32Array.of(missing, 1) },
  nowMs: 8000,
  timeZoneMinutes: 0,
  device: 'desktop',
};
const rows = (values: ArrayLike<number>, width: number) =>
  Array.from({ length: values.length / width }, (_, i) => Array.from(values).slice(i * width, (i + 1) * width));

test('rows follow the candidates, columns the definitions; what is not known is NaN', () => {
  expect(set.served).toEqual(served);
  const hour = Math.fround(8 / 3600);
  expect(rows(servedValues(set, input), served.length)).toEqual([
    [missing, missing, hour, 3, 2, missing],
    [3, 10, hour, 3, 2, Math.fround(Math.log(2))],
  ]);
});

test("hour and weekday are those of the visitor's own clock; weekday 0 is Monday", () => {
  const at = (iso: string, timeZoneMinutes: number) => {
    const values = servedValues(set, { ...input, nowMs: Date.parse(iso), timeZoneMinutes });
    return [values[served.indexOf('hour')], values[served.indexOf('weekday')]];
  };
  expect(at('2026-11-22T23:30:00Z', 0)).toEqual([23.5, 6]);
  expect(at('2026-11-22T23:30:00Z', 60)).toEqual([0.5, 0]);
  expect(at('2026-11-23T00:00:00Z', -840)).toEqual([10, 6]);
  expect(at('1969-12-31T12:00:00Z', 0)).toEqual([12, 2]);
});

test('an item shown before it arrived is new, and another kind of device is missing', () => {
  const values = servedValues(set, { ...input, ordinals: [0, 0], nowMs: 1000, device: 'other' });
  expect(values[0]).toBe(0);
  expect(values[served.indexOf('class')]).toBeNaN();
  expect([...servedValues(set, { ...input, device: 'phone' })][served.indexOf('class')]).toBe(0);
});

test('a catalogue without a column of the set is an error, not a column of missing values', () => {
  const catalog = { columns: ['other'], n: 3, values: new Float32Array(3) };
  expect(() => servedValues(set, { ...input, catalog })).toThrow(/no column price/);
});

test('assemble puts served and device values into the order of each ranker', () => {
  const values = servedValues(set, input);
  const [first, second] = rows(values, served.length) as [number[], number[]];
  expect(rows(assemble(set, 'light', 2, values), 2)).toEqual([
    [first[5], first[1]],
    [second[5], second[1]],
  ]);
  expect(rows(assemble(set, 'heavy', 2, values, Float32Array.of(4, 5)), 7)).toEqual([
    [4, ...[...first].reverse()],
    [5, ...[...second].reverse()],
  ]);
  expect(rows(assemble(set, 'heavy', 2, values), 7)[1]?.[0]).toBeNaN();
});

test('assemble refuses matrices of another shape', () => {
  const values = servedValues(set, input);
  expect(() => assemble(set, 'light', 3, values)).toThrow(RangeError);
  expect(() => assemble(set, 'heavy', 2, values, new Float32Array(3))).toThrow(RangeError);
});

test('a candidate is compared with the newest seeds of the request; without seeds it is missing', () => {
  const seed = { entity: 'candidate', placement: 'edge' } as const;
  const definitions: readonly FeatureDefinition[] = [
    { name: 'last', ...seed, seeds: { cosine: 'last', last: 1 } },
    { name: 'mean', ...seed, seeds: { cosine: 'mean', last: 2, decay: 0.5 } },
    { name: 'most', ...seed, seeds: { dot: 'max', last: 10 } },
    { name: 'match', ...seed, seeds: { match: 'categories', last: 2 }, default: -1 },
    { name: 'brand', ...seed, seeds: { match: 'brand', last: 10 } },
    { name: 'price', ...seed, seeds: { price: 'distance', last: 10 } },
  ];
  const names = definitions.map(({ name }) => name);
  const of = openFeatureSet(createFeatureSet({ definitions, light: names, heavy: names }));
  const item = (id: string, x: number, y: number, categories: string[], price?: number): HistoryItem => ({
    id: id as ItemId,
    categories,
    vector: Float32Array.of(x, y),
    ...(price !== undefined && { price }),
  });
  const seeds = [item('east', 3, 0, ['a'], 1), item('north', 0, 2, ['a', 'b']), { id: 'west' as ItemId, categories: ['c'] }];
  const candidates = [item('c', 0, 5, ['b'], Math.E), item('d', 0, 0, [])];
  const values = servedValues(of, { ...input, seeds, compared: (i) => candidates[i] as HistoryItem });
  expect(rows(values, 6)).toEqual([
    [0, Math.fround(Math.sqrt(0.2)), 5, 0.25, missing, 1],
    [missing, missing, missing, -1, missing, missing],
  ]);
  expect(rows(servedValues(of, input), 6)[0]).toEqual([missing, missing, missing, -1, missing, missing]);
});

test('rows are picked in the order of a pack', () => {
  const values = servedValues(set, input);
  const [first, second] = rows(values, served.length);
  expect(rows(pickServed(set, values, [1, 0, 1]), served.length)).toEqual([second, first, second]);
  expect(pickServed(set, values, [])).toHaveLength(0);
});

test('a catalogue table comes back as it was; another shape is refused', () => {
  expect(decodeCatalog(encodeCatalog(input.catalog))).toEqual(input.catalog);
  expect(() => encodeCatalog({ ...input.catalog, n: 2 })).toThrow(RangeError);
  const sections = { values: new Float32Array(4) };
  for (const meta of [{ columns: ['a'], n: 3 }, { columns: 'ab', n: 2 }, { columns: [1], n: 4 }, { columns: ['a'] }])
    expect(() => decodeCatalog(encodeTable({ kind: 'catalog', meta, sections }))).toThrow(TableRefused);
});

test('what the online store gave is per candidate or for all; a store that did not answer leaves the default', () => {
  const online = { aggregate: { kind: 'count' }, events: ['click'], placement: 'edge' } as const;
  const definitions: readonly FeatureDefinition[] = [
    { name: 'itemClicks', entity: 'item', transform: 'log1p', ...online },
    { name: 'userClicks', entity: 'user', default: 7, ...online },
    { name: 'pair', entity: 'userItem', ...online },
    { name: 'position', entity: 'context', context: 'position', default: 0, placement: 'edge' },
    { name: 'country', entity: 'context', context: 'country', oneOf: ['DE', 'AT'], placement: 'edge' },
  ];
  const names = definitions.map(({ name }) => name);
  const of = openFeatureSet(createFeatureSet({ definitions, light: names, heavy: names }));
  const given = { online: { itemClicks: [1, missing], userClicks: 3, pair: Float32Array.of(5) }, country: 'AT' };
  expect(rows(servedValues(of, { ...input, ...given, positions: [4, 9] }), 5)).toEqual([
    [Math.fround(Math.log(2)), 3, 5, 4, 1],
    [missing, 3, missing, 9, 1],
  ]);
  expect(rows(servedValues(of, input), 5)[0]).toEqual([missing, 7, missing, 0, missing]);
});
