import { expect, test } from 'vitest';
import { attributeValue, tokensOf } from './attribute.ts';
import { contextValue, type RequestContext } from './context.ts';
import type { AttributeFeature } from './definition.ts';
import { fnv1a } from './fnv1a.ts';

test('FNV-1a gives the published values', () => {
  // http://www.isthe.com/chongo/src/fnv/test_fnv.c
  expect(['', 'a', 'foobar'].map(fnv1a)).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
  // The UTF-8 bytes C3 A9.
  expect(fnv1a('é')).toBe(fnv1a('\u00e9'));
  expect(fnv1a('é')).not.toBe(fnv1a('e'));
});

test('tokens are what stands between ASCII separators, A-Z lowered', () => {
  expect(tokensOf("Léon: The Professional (1994) - Director's  CUT")).toEqual([
    'léon',
    'the',
    'professional',
    '1994',
    'director',
    's',
    'cut',
  ]);
  expect(tokensOf('ÉTÉ_日本 x')).toEqual(['ÉtÉ', '日本', 'x']);
  expect(tokensOf(' -- ')).toEqual([]);
});

const of = (rest: object) => ({ entity: 'item', placement: 'catalog', ...rest }) as AttributeFeature;
const item = { price: 7.5, categories: ['Drama', 'Comedy', 'Drama'], brand: 'Acme', title: 'Tea, tea and Toast' };

test.each([
  ['a number', { attribute: 'price' }, 7.5],
  ['the place of the first category', { attribute: 'categories', oneOf: ['Comedy', 'Drama'] }, 1],
  ['a value that is not in the list', { attribute: 'brand', oneOf: ['Other'] }, Number.NaN],
  ['the hash of the first category', { attribute: 'categories', hashBuckets: 1000 }, fnv1a('Drama') % 1000],
  ['whether a category is there', { attribute: 'categories', has: 'Comedy' }, 1],
  ['that a category is not there', { attribute: 'categories', has: 'Crime' }, 0],
  ['tokens in a bucket', { attribute: 'title', hashBuckets: 1000, bucket: fnv1a('tea') % 1000 }, 2],
  ['no text at all', { attribute: 'text', hashBuckets: 1, bucket: 0 }, Number.NaN],
])('reads %s', (_, feature, expected) => {
  expect(attributeValue(of(feature), item)).toBe(expected);
});

test('an item without the attribute has no value', () => {
  for (const feature of [
    { attribute: 'price' },
    { attribute: 'brand', hashBuckets: 4 },
    { attribute: 'categories', has: 'Drama' },
  ])
    expect(attributeValue(of(feature), { categories: [] })).toBeNaN();
});

test('country and surface are places in a list', () => {
  const request: RequestContext = { nowMs: 0, timeZoneMinutes: 0, device: 'phone', country: 'AT', surface: 'home' };
  const value = (context: 'country' | 'surface', oneOf: string[], at = request) =>
    contextValue({ entity: 'context', placement: 'edge', context, oneOf }, at);
  expect(value('country', ['DE', 'AT'])).toBe(1);
  expect(value('country', ['DE'])).toBeNaN();
  expect(value('surface', ['home'])).toBe(0);
  expect(value('surface', ['home'], { nowMs: 0, timeZoneMinutes: 0, device: 'phone' })).toBeNaN();
});
