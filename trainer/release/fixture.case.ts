import { plainRankKernel, plainScanKernel } from '../../shared/kernel/kernel.ts';
import { kernelEncoder } from '../../shared/model/encoder.ts';
import { kernelEngine } from '../../shared/model/engine.ts';
import { checkConfig, type LoadedConfig, loadConfig } from '../config.ts';
import type { Dataset } from '../log/dataset.ts';
import { silentProgress } from '../progress.ts';
import { type BuildInput, type BuiltRelease, buildRelease } from './build.ts';

/** The repository's configuration with less work. */
export async function smallConfig(seed = 1, budgetSeconds = 0.005): Promise<LoadedConfig> {
  const { featureSet: _, sha256: __, ...config } = await loadConfig();
  const { training } = config;
  const small = {
    als: { ...training.als, rank: 8, iterations: 4 },
    models: { 'two-tower': { rank: 16, hidden: 16, epochs: 3, buckets: 1024 } },
    ranker: { ...training.ranker, settings: { listwise: { hidden: [8], epochs: 3 } }, maxQueries: 300 },
  };
  return checkConfig({ ...config, training: { ...training, ...small, seed, budgetSeconds } }, 'test');
}

export const config = await smallConfig();
export const kernels = { rank: plainRankKernel(), openScan: plainScanKernel };
/** The engine under test agrees with itself: what onnxruntime-web says is asked where it matters. */
const reference: BuildInput['reference'] = async (model) => {
  const isEncoder = new TextDecoder('latin1').decode(model).includes('vitrine.encoder');
  const engine = (isEncoder ? kernelEncoder : kernelEngine)(model, plainRankKernel());
  return { run: async (features, rows) => engine.run(features, rows) };
};
export const build = (dataset: Dataset, more: Partial<BuildInput> = {}): Promise<BuiltRelease> =>
  buildRelease({ dataset, config, kernels, reference, progress: silentProgress, refit: false, k: 10, ...more });
