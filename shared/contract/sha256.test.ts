import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256Hex, sha256Text } from './sha256.ts';

const native = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

test('agrees with the published digests of FIPS 180-4', () => {
  expect(sha256Text('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256Text('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256Text('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).toBe(
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  );
});

test("agrees with Node's digest at every length around the block size", () => {
  for (let length = 0; length <= 200; length++) {
    const bytes = new Uint8Array(length).map((_, i) => (i * 37 + length) & 255);
    expect(sha256Hex(bytes)).toBe(native(bytes));
  }
});

test('reads a view of a larger buffer', () => {
  const buffer = new Uint8Array(100).map((_, i) => i);
  expect(sha256Hex(buffer.subarray(3, 80))).toBe(native(buffer.subarray(3, 80)));
});

test('hashes any text as UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(sha256Text(text)).toBe(native(text));
    }),
  );
});
