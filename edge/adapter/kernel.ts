import rankModule from '../../dist/kernel/rank.wasm';
import scanModule from '../../dist/kernel/scan.wasm';
import { type RankExports, type ScanExports, wasmRankKernel, wasmScanKernel } from '../../shared/kernel/kernel.ts';
import type { Ports } from '../port.ts';

const exportsOf = (module: WebAssembly.Module): unknown => new WebAssembly.Instance(module).exports;

/** Kernels over the WASM that the build made; workerd compiles modules at deployment only. */
export function wasmKernels(): Ports['kernels'] {
  return {
    rank: wasmRankKernel(exportsOf(rankModule) as RankExports),
    openScan: () => wasmScanKernel(exportsOf(scanModule) as ScanExports),
  };
}
