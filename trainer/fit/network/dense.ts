/** One dense layer: y = x W + b. `weights` row-major [inputs x outputs]. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** Dense layers with ReLU between them; the last has one output, the score. */
export interface Network {
  readonly layers: readonly Layer[];
}

/** Activations of up to `capacity` rows: [0] is the input, [l + 1] the output of layer l after its ReLU; row-major [capacity x width]. */
export type Activations = readonly Float64Array[];

export function createActivations(network: Network, capacity: number): Activations {
  const widths = [network.layers[0]?.inputs ?? 0, ...network.layers.map((layer) => layer.outputs)];
  return widths.map((width) => new Float64Array(capacity * width));
}

/** Fills the activations of the first `rows` rows; their last array holds the scores. */
export function forward(network: Network, activations: Activations, rows: number): Float64Array {
  const last = network.layers.length - 1;
  for (const [l, layer] of network.layers.entries()) {
    const { inputs, outputs, weights, bias } = layer;
    const x = activations[l] as Float64Array;
    const y = activations[l + 1] as Float64Array;
    for (let r = 0; r < rows; r++) {
      const to = r * outputs;
      for (let o = 0; o < outputs; o++) y[to + o] = bias[o] as number;
      for (let i = 0; i < inputs; i++) {
        const value = x[r * inputs + i] as number;
        // Missing values, absent indicators and dead units are zeros, about half of all inputs.
        if (value === 0) continue;
        const row = i * outputs;
        for (let o = 0; o < outputs; o++) y[to + o] = (y[to + o] as number) + value * (weights[row + o] as number);
      }
      if (l < last) for (let o = 0; o < outputs; o++) if ((y[to + o] as number) < 0) y[to + o] = 0;
    }
  }
  return activations[last + 1] as Float64Array;
}
