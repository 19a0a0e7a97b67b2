import { readFile } from 'node:fs/promises';
import {
  type RankExports,
  type RankKernel,
  type ScanExports,
  type ScanKernel,
  wasmRankKernel,
  wasmScanKernel,
} from '../../shared/kernel/kernel.ts';

async function instantiate(name: 'rank' | 'scan'): Promise<unknown> {
  const bytes = await readFile(new URL(`../../dist/kernel/${name}.wasm`, import.meta.url));
  return (await WebAssembly.instantiate(bytes)).instance.exports;
}

/** Fresh instances of the kernels that `npm run build` made, in dist/kernel. @throws when they are not built. */
export async function loadKernels(): Promise<{ rank: RankKernel; scan: ScanKernel }> {
  const [rank, scan] = await Promise.all([instantiate('rank'), instantiate('scan')]);
  return { rank: wasmRankKernel(rank as RankExports), scan: wasmScanKernel(scan as ScanExports) };
}
