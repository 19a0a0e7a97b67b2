import type { Random } from '../../random.ts';

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

/** He initialisation (He et al. 2015), which keeps the variance through ReLU; the output layer starts small, so that first scores are near 0. */
export function createNetwork(inputs: number, hidden: readonly number[], random: Random): Network {
  const sizes = [inputs, ...hidden, 1];
  const layers = sizes.slice(1).map((outputs, l) => {
    const fanIn = sizes[l] as number;
    const deviation = l === hidden.length ? 0.1 / Math.sqrt(fanIn) : Math.sqrt(2 / fanIn);
    const weights = Float64Array.from({ length: fanIn * outputs }, () => deviation * random.normal());
    return { inputs: fanIn, outputs, weights, bias: new Float64Array(outputs) };
  });
  return { layers };
}

/** Same shapes, all zero: gradients and optimiser moments. */
export const zerosLike = (network: Network): Network => ({
  layers: network.layers.map((layer) => ({
    ...layer,
    weights: new Float64Array(layer.weights.length),
    bias: new Float64Array(layer.bias.length),
  })),
});

export const copyOf = (network: Network): Network => ({
  layers: network.layers.map((layer) => ({ ...layer, weights: layer.weights.slice(), bias: layer.bias.slice() })),
});

/** Activations of up to `capacity` rows and their gradients: allocated once, so that no loop allocates. */
export interface Activations {
  /** [0] is the input, [l + 1] the output of layer l after its ReLU; row-major [capacity x width]. */
  readonly values: readonly Float64Array[];
  readonly gradients: readonly Float64Array[];
}

export function createActivations(network: Network, capacity: number): Activations {
  const widths = [network.layers[0]?.inputs ?? 0, ...network.layers.map((layer) => layer.outputs)];
  return {
    values: widths.map((width) => new Float64Array(capacity * width)),
    gradients: widths.map((width) => new Float64Array(capacity * width)),
  };
}

/** Fills the activations of the first `rows` rows; their last array holds the scores. */
export function forward(network: Network, activations: Activations, rows: number): Float64Array {
  const last = network.layers.length - 1;
  for (const [l, layer] of network.layers.entries()) {
    const { inputs, outputs, weights, bias } = layer;
    const x = activations.values[l] as Float64Array;
    const y = activations.values[l + 1] as Float64Array;
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
  return activations.values[last + 1] as Float64Array;
}

/**
 * Adds the gradient of the loss to `gradient`, given d loss / d score of the first `rows` rows in the last array of `activations.gradients`.
 * `forward` must have filled the activations of the same rows.
 */
export function backward(network: Network, activations: Activations, rows: number, gradient: Network): void {
  for (let l = network.layers.length - 1; l >= 0; l--) {
    const { inputs, outputs, weights } = network.layers[l] as Layer;
    const into = gradient.layers[l] as Layer;
    const x = activations.values[l] as Float64Array;
    const dx = activations.gradients[l] as Float64Array;
    const dy = activations.gradients[l + 1] as Float64Array;
    for (let r = 0; r < rows; r++) {
      const from = r * outputs;
      for (let o = 0; o < outputs; o++) into.bias[o] = (into.bias[o] as number) + (dy[from + o] as number);
      for (let i = 0; i < inputs; i++) {
        const value = x[r * inputs + i] as number;
        dx[r * inputs + i] = 0;
        // A zero input gives its weights no gradient, and a ReLU that is off passes none further.
        if (value === 0) continue;
        const row = i * outputs;
        let sum = 0;
        for (let o = 0; o < outputs; o++) {
          const d = dy[from + o] as number;
          sum += d * (weights[row + o] as number);
          into.weights[row + o] = (into.weights[row + o] as number) + value * d;
        }
        dx[r * inputs + i] = sum;
      }
    }
  }
}
