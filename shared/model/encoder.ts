import type { RankKernel } from '../kernel/rank.ts';
import { openKernelEngine } from './kernel-engine.ts';
import { allOperators } from './operator/all.ts';

/** Runs the model of a candidate artifact that makes visitors' vectors. */
export interface Encoder {
  /** Of a row of input. */
  readonly columns: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** Float32 [rows x width], row-major, of input float32 [rows x columns]. @throws RangeError when the length is not rows * columns. */
  run(input: Float32Array, rows: number): Float32Array;
}

/** On kernels with every operator that the engine has. @throws ModelRefused for a model that it cannot run. */
export const kernelEncoder = (model: Uint8Array, kernel: RankKernel): Encoder =>
  openKernelEngine(model, kernel, allOperators, 'vector');
