import { utf8Encode } from '../contract/utf8.ts';

/** FNV-1a, 32 bit, of the UTF-8 bytes: http://www.isthe.com/chongo/tech/comp/fnv/. Simple enough to be written in SQL as well. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of utf8Encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
