import { hash } from 'virtual:parts';
import { type DenseExports, type DenseKernel, wasmDenseKernel } from '../../shared/kernel/rank.ts';
import { loadPart } from '../part.ts';
import { wasmExports } from './wasm.ts';

/**
 * The kernel of dense rankers in WASM. Where that is refused, by age or by a policy without 'wasm-unsafe-eval', its plain twin, which is
 * fetched then.
 */
export async function loadKernel(base: string): Promise<DenseKernel> {
  try {
    return wasmDenseKernel((await wasmExports(`${base}dense-${hash}.wasm`)) as DenseExports);
  } catch {
    return (await loadPart(base, 'plain')).plainRankKernel();
  }
}
