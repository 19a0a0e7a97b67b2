import { fromBase64, toBase64 } from '../model/base64.ts';
import type { FeatureSet } from './set.ts';
import { newServedValues, type ServableValues, type ServedValues } from './values.ts';

/** `Pack.served`: base64 of little-endian float32. Takes no device values: the compiler refuses them. */
export const encodeServed = (values: ServableValues): string =>
  toBase64(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));

/** Float32 [n x set.served.length] of a pack. @throws RangeError when the text has another length. */
export function decodeServed(set: FeatureSet, n: number, text: string): ServedValues {
  const bytes = fromBase64(text);
  const values = newServedValues(n * set.served.length);
  if (bytes.length !== values.byteLength)
    throw new RangeError(`served values: ${bytes.length} bytes for ${n} x ${set.served.length} columns`);
  new Uint8Array(values.buffer).set(bytes);
  return values;
}
