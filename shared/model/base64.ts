const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const padding = 61;
const chunk = 8192;

// Marked as free of effects, so that bundles which only name this file do not carry its tables.
const symbols = /* @__PURE__ */ Uint8Array.from(alphabet, (symbol) => symbol.charCodeAt(0));
const values = /* @__PURE__ */ valuesOf(symbols);

function valuesOf(of: Uint8Array): Uint8Array {
  const table = new Uint8Array(128).fill(255);
  for (const [value, symbol] of of.entries()) table[symbol] = value;
  return table;
}

/** Standard base64 with padding (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  const { length } = bytes;
  const out = new Uint8Array(Math.ceil(length / 3) * 4).fill(padding);
  for (let i = 0, at = 0; i < length; i += 3) {
    const word = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out[at++] = symbols[word >> 18] as number;
    out[at++] = symbols[(word >> 12) & 63] as number;
    if (i + 1 < length) out[at] = symbols[(word >> 6) & 63] as number;
    if (i + 2 < length) out[at + 1] = symbols[word & 63] as number;
    at += 2;
  }
  let text = '';
  for (let i = 0; i < out.length; i += chunk)
    text += String.fromCharCode.apply(null, out.subarray(i, i + chunk) as unknown as number[]);
  return text;
}

/** Inverse of `toBase64`. @throws RangeError for another length, symbol or padding. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const { length } = text;
  const padded = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  if (length % 4 !== 0) throw new RangeError(`base64: length ${length} is not a multiple of 4`);
  const bytes = new Uint8Array((length / 4) * 3 - padded);
  const end = length - padded;
  const symbolAt = (i: number) => (i < end ? (values[text.charCodeAt(i)] ?? 255) : 0);
  for (let i = 0, at = 0; i < length; i += 4) {
    const a = symbolAt(i);
    const b = symbolAt(i + 1);
    const c = symbolAt(i + 2);
    const d = symbolAt(i + 3);
    if ((a | b | c | d) > 63) throw new RangeError(`base64: not a symbol near ${i}`);
    const word = (a << 18) | (b << 12) | (c << 6) | d;
    // Writes past the end of a typed array do nothing.
    bytes[at++] = word >> 16;
    bytes[at++] = word >> 8;
    bytes[at++] = word;
  }
  return bytes;
}
