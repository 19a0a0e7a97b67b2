import { readFile } from 'node:fs/promises';
import {
  type RankExports,
  type RankKernel,
  type ScanExports,
  type ScanKernel,
  wasmRankKernel,
  wasmScanKernel,
} from '../../shared/kernel/kernel.ts';

async function compile(name: 'rank' | 'scan'): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(new URL(`../../dist/kernel/${name}.wasm`, import.meta.url)));
}

export interface Kernels {
  readonly rank: RankKernel;
  /** A scan kernel of its own for each table. */
  readonly openScan: () => ScanKernel;
}

/** Fresh instances of the kernels that `npm run build` made, in dist/kernel. @throws when they are not built. */
export async function loadKernels(): Promise<Kernels> {
  const [rank, scan] = await Promise.all([compile('rank'), compile('scan')]);
  const exportsOf = (module: WebAssembly.Module): unknown => new WebAssembly.Instance(module).exports;
  const openScan = () => wasmScanKernel(exportsOf(scan) as ScanExports);
  return { rank: wasmRankKernel(exportsOf(rank) as RankExports), openScan };
}
