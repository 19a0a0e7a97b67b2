import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical.ts';

test('sorts members by UTF-16 code unit at every level and writes no white space', () => {
  expect(canonicalJson({ b: [1, { d: null, c: true }], a: 'x', B: 0.5, é: 1, '€': 2 })).toBe(
    '{"B":0.5,"a":"x","b":[1,{"c":true,"d":null}],"é":1,"€":2}',
  );
});

test('drops undefined members and refuses what JSON cannot say', () => {
  expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined, () => 1, [undefined], { a: 1n }])
    expect(() => canonicalJson(value)).toThrow(TypeError);
});

test('says the same as JSON, and the same for any order of members', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(reversed(value))).toBe(text);
    }),
  );
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}
