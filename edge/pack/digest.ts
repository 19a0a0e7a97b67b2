/** Lower-case hexadecimal. */
export const hexOf = (bytes: ArrayBuffer) =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** SHA-256 in lower-case hexadecimal, by the runtime's native code. */
export async function sha256Native(content: Uint8Array<ArrayBuffer> | string): Promise<string> {
  return hexOf(await crypto.subtle.digest('SHA-256', typeof content === 'string' ? new TextEncoder().encode(content) : content));
}
