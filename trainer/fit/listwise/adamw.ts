import { type Layer, type Network, zerosLike } from './network.ts';

export interface AdamWSettings {
  readonly learningRate: number;
  /** Decoupled from the gradient; applied to weights, not to biases. */
  readonly weightDecay: number;
}

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

/** AdamW (Loshchilov and Hutter 2019). `step` changes the network in place and zeroes the gradient. */
export function createAdamW(
  network: Network,
  settings: AdamWSettings,
): { step(gradient: Network, scale: number, rate: number): void } {
  const first = zerosLike(network);
  const second = zerosLike(network);
  let steps = 0;
  return {
    /** @param scale multiplies the gradient (1 / lists of the batch); @param rate multiplies the learning rate (schedule). */
    step(gradient, scale, rate) {
      steps++;
      const correction1 = 1 - beta1 ** steps;
      const correction2 = 1 - beta2 ** steps;
      const learningRate = settings.learningRate * rate;
      const update = (values: Float64Array, g: Float64Array, m: Float64Array, v: Float64Array, decay: number) => {
        for (let k = 0; k < values.length; k++) {
          const slope = (g[k] as number) * scale;
          g[k] = 0;
          m[k] = beta1 * (m[k] as number) + (1 - beta1) * slope;
          v[k] = beta2 * (v[k] as number) + (1 - beta2) * slope * slope;
          const direction = (m[k] as number) / correction1 / (Math.sqrt((v[k] as number) / correction2) + epsilon);
          values[k] = (values[k] as number) - learningRate * (direction + decay * (values[k] as number));
        }
      };
      for (const [l, layer] of network.layers.entries()) {
        const [g, m, v] = [gradient.layers[l] as Layer, first.layers[l] as Layer, second.layers[l] as Layer];
        update(layer.weights, g.weights, m.weights, v.weights, settings.weightDecay);
        update(layer.bias, g.bias, m.bias, v.bias, 0);
      }
    },
  };
}
