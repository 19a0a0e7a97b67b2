/** Hashed file names of the client's other parts, relative to the tag's own address; written by vite.config.ts. */
declare module 'virtual:parts' {
  export const sdk: string;
  export const onnx: string;
  export const plain: string;
  export const full: string;
  export const store: string;
  export const outbox: string;
  export const past: string;
  /** WASM of dist/kernel. */
  export const dense: string;
  export const rank: string;
}
