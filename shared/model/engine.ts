import type { RankKernel } from '../kernel/rank.ts';
import type { HistoryInput } from './history.ts';
import { type KernelEngine, openKernelEngine } from './kernel-engine.ts';
import { allOperators } from './operator/all.ts';

/** Runs one ranker. */
export interface Engine {
  readonly name: 'kernel' | 'onnx';
  /** F: features per row. */
  readonly columns: number;
  /**
   * Float32 [rows] of features float32 [rows x F], row-major, NaN = missing. A model that reads a history needs one.
   * @throws RangeError when the length is not rows * F, or a history is missing or of another size.
   */
  run(features: Float32Array, rows: number, history?: HistoryInput): Float32Array;
}

/** The engine of kernels with every operator that it has. @throws ModelRefused for a model that it cannot run. */
export const kernelEngine = (model: Uint8Array, kernel: RankKernel): KernelEngine =>
  openKernelEngine(model, kernel, allOperators);
