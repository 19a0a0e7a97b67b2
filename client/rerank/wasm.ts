/** Milliseconds for a kilobyte of WASM. */
const fetchMs = 5000;

/** Exports of an instance of a WASM module without imports. @throws when it is not there in time, or WASM is refused */
export async function wasmExports(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(fetchMs), credentials: 'omit' });
  const { instance } = await WebAssembly.instantiate(await response.arrayBuffer());
  return instance.exports;
}
