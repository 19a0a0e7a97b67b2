/** Hashes of the client's other files, which lie beside the tag; written by vite.config.ts. */
declare module 'virtual:parts' {
  /** File name of the SDK. */
  export const sdk: string;
  /** Of kernels and lazy parts: `<name>-<hash>.js` or `.wasm`. */
  export const hash: string;
}
