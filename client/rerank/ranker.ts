import type { Pack } from '../../shared/contract/pack.ts';
import type { FeatureSetDocument } from '../../shared/feature/definition.ts';
import { type FeatureSet, openFeatureSet } from '../../shared/feature/set.ts';
import type { RankKernel } from '../../shared/kernel/rank.ts';
import type { GoldenDocument } from '../../shared/model/golden.ts';
import type { Store } from '../store/store.ts';
import type { Artifacts } from './artifact.ts';
import { checkGolden, type DeviceEngine, openKernelEngine } from './engine.ts';
import { loadPart } from './part.ts';
import { RerankRefused } from './refused.ts';

/** What reranks the packs of one release. */
export interface Ranker {
  readonly set: FeatureSet;
  /** May become another one while the page lives: onnxruntime-web takes seconds to load, the kernel does not. */
  engine: DeviceEngine;
}

export interface RankerPort {
  readonly artifacts: Artifacts;
  readonly store: Store;
  kernel(): Promise<RankKernel>;
  /** Folder of the client's parts. */
  readonly base: string;
  readonly edge: string;
}

function parse<T>(bytes: Uint8Array, what: string): T {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as T;
  } catch {
    throw new RerankRefused('bad-features', `${what} is not JSON`);
  }
}

function openSet(bytes: Uint8Array): FeatureSet {
  try {
    return openFeatureSet(parse<FeatureSetDocument>(bytes, 'features'));
  } catch (error) {
    throw new RerankRefused('bad-features', (error as Error).message);
  }
}

/**
 * Fetches, checks and opens what a pack names. The kernel engine is there at once; onnxruntime-web is loaded only when the release
 * asks for it (and replaces the kernel when it is ready) or the kernel refuses the model.
 * @throws RerankRefused
 */
export async function openRanker(model: NonNullable<Pack['model']>, port: RankerPort): Promise<Ranker> {
  const { artifacts } = port;
  const [bytes, features, goldenBytes] = await Promise.all([
    artifacts.get(model.heavy),
    artifacts.get(model.features),
    artifacts.get(model.golden),
  ]);
  const set = openSet(features);
  const golden = parse<GoldenDocument>(goldenBytes, 'golden').heavy;
  const openOnnx = async (): Promise<DeviceEngine> => {
    const { openOnnxEngine } = await loadPart(port.base, 'onnx');
    const engine = await openOnnxEngine({
      model: bytes,
      key: model.heavy.sha256,
      golden,
      store: port.store,
      base: port.base,
      edge: port.edge,
    });
    await checkGolden(engine, golden, set);
    return engine;
  };
  let engine: DeviceEngine;
  try {
    engine = openKernelEngine(bytes, await port.kernel(), set);
  } catch (error) {
    if ((error as Error).name !== 'ModelRefused') throw error;
    engine = await openOnnx().catch((reason: Error) => {
      throw reason.name === 'RerankRefused'
        ? reason
        : new RerankRefused('model-refused', `${(error as Error).message}; ${reason.message}`);
    });
    return { set, engine };
  }
  await checkGolden(engine, golden, set);
  const ranker: Ranker = { set, engine };
  if (model.engine === 'onnx') {
    openOnnx().then(
      (faster) => {
        ranker.engine = faster;
      },
      // The kernel has passed the same golden case and stays.
      () => {},
    );
  }
  return ranker;
}
