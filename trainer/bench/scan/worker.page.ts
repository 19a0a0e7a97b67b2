import scanModule from '../../../dist/kernel/scan.wasm';
import { type ScanExports, wasmScanKernel } from '../../../shared/kernel/kernel.ts';
import { noiseTable, scanTop } from './table.ts';

let held: (ReturnType<typeof noiseTable> & { kernel: ReturnType<typeof wasmScanKernel> }) | undefined;

/** `?scans=n` scans n times; the clock of workerd stands still meanwhile, so the caller holds the watch. */
export default {
  fetch(request: Request): Response {
    held ??= {
      ...noiseTable(),
      kernel: wasmScanKernel(new WebAssembly.Instance(scanModule).exports as unknown as ScanExports),
    };
    const { kernel, table, query } = held;
    let first = -1;
    for (let scans = Number(new URL(request.url).searchParams.get('scans')); scans > 0; scans--) {
      first = kernel.search(table, query, scanTop).ordinals[0] ?? -1;
    }
    return Response.json({ first });
  },
};
