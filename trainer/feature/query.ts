/** Values of features, one row per query: Float32 [n x columns.length], row-major, NaN = missing. */
export interface FeatureMatrix {
  readonly columns: readonly string[];
  readonly n: number;
  readonly values: Float32Array;
}
