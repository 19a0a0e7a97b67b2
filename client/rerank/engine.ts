import type { FeatureSet } from '../../shared/feature/set.ts';
import type { RankKernel } from '../../shared/kernel/rank.ts';
import { fromBase64 } from '../../shared/model/base64.ts';
import { decodeModel } from '../../shared/model/decode.ts';
import { type Engine, kernelEngine } from '../../shared/model/engine.ts';
import { type GoldenCase, scoresMismatch } from '../../shared/model/golden.ts';
import { RerankRefused } from './refused.ts';

/** Runs the heavy ranker on this device. */
export interface DeviceEngine {
  /** "kernel", or "onnx-wasm" and "onnx-webgpu" of onnxruntime-web. */
  readonly name: string;
  /** Float32 [rows] of features float32 [rows x F], row-major, NaN = missing. */
  run(features: Float32Array, rows: number): Float32Array | Promise<Float32Array>;
}

/**
 * The kernel engine for a model, checked against the feature set.
 * @throws ModelRefused when the model is outside the kernel's list
 * @throws RerankRefused 'feature-hash' when model and feature set do not belong together
 */
export function openKernelEngine(model: Uint8Array, kernel: RankKernel, set: FeatureSet): DeviceEngine {
  const hash = decodeModel(model).metadata['vitrine.featureHash'];
  if (hash !== set.hash) throw new RerankRefused('feature-hash', 'the model was trained on another feature set');
  const engine: Engine = kernelEngine(model, kernel);
  if (engine.columns !== set.document.heavy.length) {
    throw new RerankRefused(
      'feature-hash',
      `the model takes ${engine.columns} features, the set has ${set.document.heavy.length}`,
    );
  }
  return engine;
}

/**
 * An engine that does not reproduce what the trainer saw is not used.
 * @throws RerankRefused 'golden-mismatch', or 'feature-hash' when the case has another width than the set
 */
export async function checkGolden(engine: DeviceEngine, golden: GoldenCase, set: FeatureSet): Promise<void> {
  const features = new Float32Array(fromBase64(golden.features).buffer);
  if (features.length !== golden.rows * set.document.heavy.length)
    throw new RerankRefused('feature-hash', 'golden case of another width');
  const difference = scoresMismatch(await engine.run(features, golden.rows), golden);
  if (difference) throw new RerankRefused('golden-mismatch', `${engine.name}: ${difference}`);
}
