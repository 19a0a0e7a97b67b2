import { hash } from 'virtual:parts';
import { type RankExports, type RankKernel, wasmRankKernel } from '../../shared/kernel/rank.ts';
import { plainRankKernel } from '../../shared/kernel/rank-plain.ts';
import { kernelEngine } from '../../shared/model/engine.ts';
import type { DeviceEngine } from './engine.ts';
import { historyFrom } from './history-source.ts';
import { wasmExports } from './wasm.ts';

let kernel: Promise<RankKernel> | undefined;

/**
 * The kernel engine with every operator that it has: trees, attention, lookups. Loaded when a model names one that dense rankers do not
 * have. @throws ModelRefused
 */
export async function openFullEngine(model: Uint8Array, base: string): Promise<DeviceEngine> {
  kernel ??= wasmExports(`${base}rank-${hash}.wasm`).then((exports) => wasmRankKernel(exports as RankExports), plainRankKernel);
  const engine = kernelEngine(model, await kernel);
  return {
    ...engine,
    run: (features, rows, source) => engine.run(features, rows, engine.history && historyFrom(source)),
  };
}
