/** Hashed file names of the client's other parts, relative to the tag's own address; written by vite.config.ts. */
declare module 'virtual:parts' {
  export const session: string;
  export const worker: string;
  export const onnx: string;
  export const plain: string;
}

/** A WASM module's bytes, one character each. */
declare module '*.wasm?bytes' {
  const bytes: string;
  export default bytes;
}
