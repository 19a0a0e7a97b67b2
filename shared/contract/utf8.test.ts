import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8Decode, utf8Encode } from './utf8.ts';

const text = fc.string({ unit: 'binary', maxLength: 40 });

test("encodes as the platform's encoder does, lone surrogates included", () => {
  const units = fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes));
  fc.assert(
    fc.property(fc.oneof(text, units), (value) => {
      expect(utf8Encode(value)).toEqual(new TextEncoder().encode(value));
    }),
  );
});

test('decodes what was encoded, across the chunk boundary too', () => {
  fc.assert(
    fc.property(text, (value) => {
      expect(utf8Decode(new TextEncoder().encode(value))).toBe(value);
    }),
  );
  const long = `${'a'.repeat(8191)}𝛼é`.repeat(3);
  expect(utf8Decode(utf8Encode(long))).toBe(long);
});

test("refuses exactly the bytes that the platform's strict decoder refuses", () => {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  // Lead bytes and continuations, so that nearly valid sequences are common.
  const bytes = fc.array(
    fc.oneof(fc.integer({ min: 0x7e, max: 0xff }), fc.constantFrom(0xed, 0xa0, 0xe0, 0xf0, 0xf4, 0x8f, 0x90, 0x80)),
  );
  fc.assert(
    fc.property(bytes, (codes) => {
      const input = Uint8Array.from(codes);
      let expected: string | undefined;
      try {
        expected = strict.decode(input);
      } catch {
        expect(() => utf8Decode(input)).toThrow(RangeError);
        return;
      }
      expect(utf8Decode(input)).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});
