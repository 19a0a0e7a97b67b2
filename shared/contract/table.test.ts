import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeTable, encodeTable, type Section, sectionOf, type Table, TableRefused } from './table.ts';

const section: fc.Arbitrary<Section> = fc.oneof(
  fc.float32Array({ maxLength: 9 }),
  fc.uint32Array({ maxLength: 9 }),
  fc.int32Array({ maxLength: 9 }),
  fc.uint8Array({ maxLength: 9 }),
  fc.int8Array({ maxLength: 9 }),
);
const name = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => text !== '__proto__');
const table: fc.Arbitrary<Table> = fc.record({
  kind: fc.string(),
  meta: fc.dictionary(
    name,
    fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value))),
  ),
  sections: fc.dictionary(name, section),
});

test('a table comes back as it was, text of any language in its header included', () => {
  fc.assert(
    fc.property(table, (given) => {
      const found = decodeTable(encodeTable(given), given.kind);
      expect(found.meta).toEqual({ ...given.meta });
      expect({ ...found.sections }).toEqual({ ...given.sections });
    }),
  );
  const foreign = { kind: 'popular', meta: { categories: ['Comédie', '喜剧', '🎬'] }, sections: {} };
  expect(decodeTable(encodeTable(foreign), 'popular').meta).toEqual(foreign.meta);
});

const sample = encodeTable({
  kind: 'sample',
  meta: { n: 2 },
  sections: { small: Int8Array.of(1, -2, 3), values: Float32Array.of(0.5, Number.NaN), ordinals: Uint32Array.of(7) },
});

test('sections are views at multiples of 8 of the given bytes', () => {
  const { sections } = decodeTable(sample, 'sample');
  for (const view of Object.values(sections)) {
    expect(view.buffer).toBe(sample.buffer);
    expect(view.byteOffset % 8).toBe(0);
  }
});

test('bytes that lie at an odd offset are read all the same, a Node Buffer too', () => {
  for (const place of [new Uint8Array(sample.length + 3), Buffer.alloc(sample.length + 3)]) {
    const odd = place.subarray(3);
    odd.set(sample);
    expect(sectionOf(decodeTable(odd, 'sample'), 'values', 'f32')).toEqual(Float32Array.of(0.5, Number.NaN));
  }
});

/** The sample with another header. */
function withHeader(header: unknown): Uint8Array<ArrayBuffer> {
  const json = typeof header === 'string' ? header : JSON.stringify(header);
  const padded = json.padEnd(((12 + json.length + 7) & ~7) - 12);
  const bytes = new Uint8Array(12 + padded.length + 16);
  bytes.set(sample.subarray(0, 8));
  new DataView(bytes.buffer).setUint32(8, padded.length, true);
  bytes.set(new TextEncoder().encode(padded), 12);
  return bytes;
}
const head = (entry: unknown) => ({ kind: 'sample', meta: {}, sections: [entry] });

test.each([
  ['too short', sample.subarray(0, 11), /too short/],
  ['wrong magic', sample.map((byte, i) => (i === 0 ? 0 : byte)), /magic/],
  ['another version', sample.map((byte, i) => (i === 4 ? 9 : byte)), /table format 9, this build reads 1/],
  ['header past the end', sample.subarray(0, 40), /past the end/],
  ['header that is no JSON', withHeader('{'), /not JSON/],
  ['header null', withHeader(null), /found undefined/],
  ['another kind', withHeader({ kind: 'other', meta: {}, sections: [] }), /expected a sample table, found other/],
  ['no sections', withHeader({ kind: 'sample', meta: {} }), /lacks/],
  ['section null', withHeader(head(null)), /out of bounds/],
  ['unknown type', withHeader(head({ name: 'x', type: 'constructor', offset: 0, length: 1 })), /out of bounds/],
  ['section past the end', withHeader(head({ name: 'x', type: 'f32', offset: 8, length: 3 })), /section x is out of bounds/],
  ['section in the header', withHeader(head({ name: 'x', type: 'u8', offset: -8, length: 1 })), /out of bounds/],
  ['negative length', withHeader(head({ name: 'x', type: 'u8', offset: 8, length: -1 })), /out of bounds/],
  ['odd offset', withHeader(head({ name: 'x', type: 'u8', offset: 1, length: 1 })), /out of bounds/],
])('refuses %s', (_, bytes, message) => {
  expect(() => decodeTable(bytes, 'sample')).toThrow(TableRefused);
  expect(() => decodeTable(bytes, 'sample')).toThrow(message);
});

test('damaged bytes are read or refused, never something else', () => {
  const flip = fc.record({ at: fc.nat({ max: sample.length - 1 }), to: fc.nat({ max: 255 }) });
  fc.assert(
    fc.property(fc.array(flip, { minLength: 1, maxLength: 4 }), fc.nat({ max: sample.length }), (flips, length) => {
      const bytes = sample.slice(0, sample.length - (length % 7 === 0 ? length : 0));
      for (const { at, to } of flips) bytes[at] = to;
      try {
        decodeTable(bytes, 'sample');
      } catch (error) {
        expect(error).toBeInstanceOf(TableRefused);
      }
    }),
    { numRuns: 2000 },
  );
});

test('sectionOf refuses a section that is absent or of another type', () => {
  const decoded = decodeTable(sample, 'sample');
  expect(sectionOf(decoded, 'ordinals', 'u32')).toEqual(Uint32Array.of(7));
  expect(() => sectionOf(decoded, 'ordinals', 'f32')).toThrow(TableRefused);
  expect(() => sectionOf(decoded, 'missing', 'f32')).toThrow(/no f32 section "missing"/);
});
