import { utf8Encode } from '../contract/utf8.ts';

const rotate = (x: number, bits: number) => (x << bits) | (x >>> (32 - bits));
const mixed = (k: number) => Math.imul(rotate(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593);

/** MurmurHash3 x86 32-bit (Austin Appleby) of the text's UTF-8 bytes: an integer in [0, 2^32). */
export function murmur3(text: string, seed = 0): number {
  const bytes = utf8Encode(text);
  const view = new DataView(bytes.buffer);
  const whole = bytes.length & ~3;
  let h = seed | 0;
  for (let i = 0; i < whole; i += 4) h = (Math.imul(rotate(h ^ mixed(view.getInt32(i, true)), 13), 5) + 0xe6546b64) | 0;
  let k = 0;
  for (let i = bytes.length - 1; i >= whole; i--) k = (k << 8) | (bytes[i] as number);
  h ^= mixed(k) ^ bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
