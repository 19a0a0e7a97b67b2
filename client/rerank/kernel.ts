import bytes from '../../dist/kernel/rank.wasm?bytes';
import { type RankExports, type RankKernel, wasmRankKernel } from '../../shared/kernel/rank.ts';
import { loadPart } from './part.ts';

/**
 * The kernel in WASM, from bytes that came with this script. Where WASM is refused, by age or by a policy without
 * 'wasm-unsafe-eval', its plain twin, which is fetched then.
 */
export async function loadKernel(base: string): Promise<RankKernel> {
  try {
    const module = new WebAssembly.Module(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
    // Small enough to be compiled here and now: a worker may.
    return wasmRankKernel(new WebAssembly.Instance(module).exports as unknown as RankExports);
  } catch {
    return (await loadPart(base, 'plain')).plainRankKernel();
  }
}
