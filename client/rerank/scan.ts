import { hash } from 'virtual:parts';
import { type ScanExports, type ScanKernel, wasmScanKernel } from '../../shared/kernel/scan.ts';
import { plainScanKernel } from '../../shared/kernel/scan-plain.ts';
import { get } from '../get.ts';

/** Milliseconds for some kilobytes of WASM. */
const fetchMs = 5000;

/** Makes kernels that search vectors, one for each table: in WASM, or its plain twin where that is refused. */
export async function openScanKernel(base: string): Promise<() => ScanKernel> {
  try {
    const module = await WebAssembly.compile(await (await get(`${base}scan-${hash}.wasm`, fetchMs)).arrayBuffer());
    return () => wasmScanKernel(new WebAssembly.Instance(module).exports as unknown as ScanExports);
  } catch {
    return plainScanKernel;
  }
}
