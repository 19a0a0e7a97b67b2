import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64, toBase64 } from './base64.ts';

test('agrees with another implementation in both directions', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64');
      expect(toBase64(bytes)).toBe(text);
      expect(fromBase64(text)).toEqual(new Uint8Array(bytes));
    }),
  );
  const long = Uint8Array.from({ length: 100_003 }, (_, i) => (i * 31) & 255);
  expect(fromBase64(toBase64(long))).toEqual(long);
});

test('refuses other lengths, symbols and padding', () => {
  for (const text of ['A', 'AAA', 'AA=A', '====', 'AA-A', 'AAAé', 'A===', 'AAAA=AAA'])
    expect(() => fromBase64(text), text).toThrow(RangeError);
});
