/** Runs one ranker. */
export interface Engine {
  readonly name: 'kernel' | 'onnx';
  /** F: features per row. */
  readonly columns: number;
  /** Float32 [rows] of features float32 [rows x F], row-major, NaN = missing. @throws RangeError when the length is not rows * F. */
  run(features: Float32Array, rows: number): Float32Array;
}
