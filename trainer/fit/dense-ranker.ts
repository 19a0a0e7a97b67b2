import { denseRankerModel } from '../onnx/dense.ts';
import { createActivations, forward } from './network/dense.ts';
import type { FittedRanker } from './ranker.ts';
import { type Standard, standardiseInto } from './standardise.ts';

/** A dense ranker in float32, as it goes into the model file: standardise, append missing indicators, dense layers with ReLU between. */
export interface DenseParameters extends Standard {
  /** The first takes 2 columns inputs, the last gives one output; weights row-major [inputs x outputs]. */
  readonly layers: readonly { readonly weights: Float32Array; readonly bias: Float32Array; readonly outputs: number }[];
}

/** @throws RangeError when encoding layers whose sizes disagree. */
export const denseRanker = ({ mean, std, layers }: DenseParameters): FittedRanker => ({
  standard: { mean, std },
  score({ features, labels }) {
    const rows = labels.length;
    let inputs = 2 * mean.length;
    const exact = layers.map(({ weights, bias, outputs }) => {
      const layer = { inputs, outputs, weights: Float64Array.from(weights), bias: Float64Array.from(bias) };
      inputs = outputs;
      return layer;
    });
    const activations = createActivations({ layers: exact }, rows);
    standardiseInto({ mean, std }, features, 0, rows, activations[0] as Float64Array);
    return Float32Array.from(forward({ layers: exact }, activations, rows).subarray(0, rows));
  },
  encode: (columns) => denseRankerModel({ ...columns, mean, std, layers, activation: 'relu' }),
});
