import scanModule from '../../../dist/kernel/scan.wasm';
import { type ScanExports, wasmScanKernel } from '../../../shared/kernel/kernel.ts';
import { searches } from './searches.ts';

let held: ReturnType<typeof searches> | undefined;

/** `?of=flat|lists&count=n` searches n times; the clock of workerd stands still meanwhile, so the caller holds the watch. */
export default {
  fetch(request: Request): Response {
    held ??= searches(() => wasmScanKernel(new WebAssembly.Instance(scanModule).exports as unknown as ScanExports));
    const { searchParams } = new URL(request.url);
    const search = held[searchParams.get('of') === 'lists' ? 'lists' : 'flat'];
    let first = -1;
    for (let count = Number(searchParams.get('count')); count > 0; count--) first = search();
    return Response.json({ first });
  },
};
