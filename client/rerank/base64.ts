/** Bytes of a base64 text, by the browser's own decoder. @throws DOMException when it is none */
export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (symbol) => symbol.charCodeAt(0));

/** Float32 little-endian of a base64 text. @throws also when the bytes are not whole numbers of them */
export const floats = (text: string): Float32Array<ArrayBuffer> => new Float32Array(bytesOf(text).buffer);
