import { get } from '../get.ts';

/** Milliseconds for a kilobyte of WASM. */
const fetchMs = 5000;

/** Exports of an instance of a WASM module without imports. @throws when it is not there in time, or WASM is refused */
export async function wasmExports(url: string): Promise<unknown> {
  const { instance } = await WebAssembly.instantiate(await (await get(url, fetchMs)).arrayBuffer());
  return instance.exports;
}
