/** UTF-8 without TextEncoder, which is no part of ECMAScript. Lone surrogates become U+FFFD, as TextEncoder does. */
export function utf8Encode(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length * 3);
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code >= 0xd800 && code < 0xe000) {
      const low = text.charCodeAt(i + 1);
      if (code < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        i++;
      } else code = 0xfffd;
    }
    if (code < 0x80) bytes[n++] = code;
    else {
      if (code < 0x800) bytes[n++] = 0xc0 | (code >> 6);
      else {
        if (code < 0x10000) bytes[n++] = 0xe0 | (code >> 12);
        else {
          bytes[n++] = 0xf0 | (code >> 18);
          bytes[n++] = 0x80 | ((code >> 12) & 63);
        }
        bytes[n++] = 0x80 | ((code >> 6) & 63);
      }
      bytes[n++] = 0x80 | (code & 63);
    }
  }
  return bytes.slice(0, n);
}

const chunkUnits = 8192;

/** Text of UTF-8 bytes. @throws RangeError on bytes that are not UTF-8 (overlong forms, surrogates, cut sequences). */
export function utf8Decode(bytes: Uint8Array): string {
  let text = '';
  const units: number[] = [];
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i++] as number;
    let code = first;
    if (first >= 0x80) {
      const more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
      if (first < 0xc2 || first > 0xf4 || i + more > bytes.length) throw new RangeError(`utf8Decode: byte ${i - 1} is not UTF-8`);
      code = first & (0x3f >> more);
      for (const end = i + more; i < end; i++) {
        const next = bytes[i] as number;
        if (next >> 6 !== 2) throw new RangeError(`utf8Decode: byte ${i} is not UTF-8`);
        code = (code << 6) | (next & 63);
      }
      const least = more === 3 ? 0x10000 : more === 2 ? 0x800 : 0x80;
      if (code < least || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        throw new RangeError(`utf8Decode: byte ${i - 1} is not UTF-8`);
    }
    if (code < 0x10000) units.push(code);
    else units.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 0x3ff));
    if (units.length >= chunkUnits) {
      text += String.fromCharCode(...units);
      units.length = 0;
    }
  }
  return text + String.fromCharCode(...units);
}
