import type { Pack } from '../../shared/contract/pack.ts';
import type { FeatureSetDocument } from '../../shared/feature/definition.ts';
import { type FeatureSet, openFeatureSet } from '../../shared/feature/set.ts';
import type { DenseKernel } from '../../shared/kernel/rank.ts';
import { denseEngine } from '../../shared/model/dense/engine.ts';
import type { GoldenDocument } from '../../shared/model/golden.ts';
import { loadPart } from '../part.ts';
import type { Store } from '../store/store.ts';
import type { Artifacts } from './artifact.ts';
import { checkEngine, type DeviceEngine } from './engine.ts';
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
  readonly kernel: Promise<DenseKernel>;
  /** Folder of the client's parts. */
  readonly base: string;
  readonly edge: string;
}

const parse = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

/** Opens the first engine that takes the model, checked. @throws RerankRefused */
async function firstOf(ways: readonly (() => Promise<DeviceEngine>)[], check: (engine: DeviceEngine) => Promise<void>) {
  for (const open of ways) {
    try {
      const engine = await open();
      await check(engine);
      return engine;
    } catch (error) {
      if ((error as Error).name === 'RerankRefused') throw error;
    }
  }
  throw new RerankRefused('model-refused');
}

/**
 * Fetches, checks and opens what a pack names. The kernel engine for dense rankers is there at once; what more its other operators need, and
 * then onnxruntime-web, is loaded when it refuses the model. Where the release asks for onnxruntime-web, it replaces the kernel when ready.
 * @throws RerankRefused
 */
export async function openRanker(model: NonNullable<Pack['model']>, port: RankerPort): Promise<Ranker> {
  const { artifacts, store, kernel, base, edge } = port;
  const files = [model.heavy, model.features, model.golden].map((file) => artifacts.get(file));
  const [bytes, features, goldenBytes] = (await Promise.all(files)) as [Uint8Array, Uint8Array, Uint8Array];
  let set: FeatureSet;
  let golden: GoldenDocument['heavy'];
  try {
    set = openFeatureSet(parse(features) as FeatureSetDocument);
    golden = (parse(goldenBytes) as GoldenDocument).heavy;
  } catch {
    throw new RerankRefused('bad-features');
  }
  const dense = async () => denseEngine(bytes, await kernel);
  const full = async () => (await loadPart(base, 'full')).openFullEngine(bytes, base);
  const onnx = async () => {
    const { openOnnxEngine } = await loadPart(base, 'onnx');
    return openOnnxEngine({ model: bytes, key: model.heavy.sha256, golden, store, base, edge });
  };
  const check = (engine: DeviceEngine) => checkEngine(engine, golden, set);
  const ranker: Ranker = { set, engine: await firstOf([dense, full, onnx], check) };
  if (model.engine === 'onnx' && ranker.engine.name === 'kernel') {
    firstOf([onnx], check).then(
      (faster) => {
        ranker.engine = faster;
      },
      // The kernel has passed the same golden case and stays.
      () => {},
    );
  }
  return ranker;
}
