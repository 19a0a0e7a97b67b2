/** Files of the client that a first visit needs for the order of the device; part.test.ts sees that there are no others, size.test.ts weighs them. */
export const tag = /^vitrine\.js$/;
/** Page and Web Worker. */
export const sdk = /^sdk-/;
export const kernel = /^dense-.*\.wasm$/;
export const firstOrder = [tag, sdk, kernel];
