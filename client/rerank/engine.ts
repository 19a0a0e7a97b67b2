import type { FeatureSet } from '../../shared/feature/set.ts';
import { type GoldenCase, scoresMismatch } from '../../shared/model/golden.ts';
import { floats } from './base64.ts';
import type { HistorySource } from './history-source.ts';
import { RerankRefused } from './refused.ts';

/** Runs the heavy ranker on this device. */
export interface DeviceEngine {
  /** "kernel", or "onnx-wasm" and "onnx-webgpu" of onnxruntime-web. */
  readonly name: string;
  /** What the model says of itself, where the engine reads it. */
  readonly metadata?: Readonly<Record<string, string>>;
  /**
   * Float32 [rows] of features float32 [rows x F], row-major, NaN = missing. Models that read a history take it from `source`.
   * @throws when the model takes another width
   */
  run(features: Float32Array, rows: number, source?: HistorySource): Float32Array | Promise<Float32Array>;
}

/** @param hash of the set that a pack or a model is of. @throws RerankRefused 'feature-hash' with both hashes */
export function checkSet(hash: string | undefined, set: FeatureSet): void {
  if (hash !== set.hash) throw new RerankRefused(`feature-hash:${hash}:${set.hash}`);
}

/**
 * An engine whose model was trained on another feature set, or that does not reproduce what the trainer saw, is not used.
 * @throws RerankRefused 'feature-hash' with both hashes, or 'golden-mismatch'
 */
export async function checkEngine(engine: DeviceEngine, golden: GoldenCase, set: FeatureSet): Promise<void> {
  const features = floats(golden.features);
  if (engine.metadata) checkSet(engine.metadata['vitrine.featureHash'], set);
  const isOfSet = features.length === golden.rows * set.document.heavy.length;
  if (!isOfSet || scoresMismatch(await engine.run(features, golden.rows, golden), golden))
    throw new RerankRefused('golden-mismatch');
}
