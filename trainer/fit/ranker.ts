import { createRandom, shuffle } from '../random.ts';
import { createAdamW } from './adamw.ts';
import { listwiseLoss } from './listwise.ts';
import {
  type Activations,
  backward,
  copyOf,
  createActivations,
  createNetwork,
  forward,
  type Network,
  zerosLike,
} from './network.ts';
import type { RankingRows } from './rows.ts';
import { type Standard, standardiseInto, standardOf } from './standardise.ts';

export interface RankerSettings {
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly seed: number;
  /** Separates the random streams of rankers that share a seed. */
  readonly name: string;
}

/** A ranker in float32, as it goes into the model file: standardise, append missing indicators, dense layers with ReLU between. */
export interface FittedRanker extends Standard {
  readonly layers: readonly { readonly weights: Float32Array; readonly bias: Float32Array; readonly outputs: number }[];
  /** Mean loss per list on the later slice after each epoch; the least one is the ranker's. */
  readonly validation: readonly number[];
}

/** Share of the lists, the latest, that only decide when to stop. */
const validationShare = 0.15;
const listsPerStep = 16;
/** Of the moving average of weights, which ranks better than the last step's (Polyak and Juditsky 1992). */
const averageDecay = 0.995;
/** Epochs without a better validation loss before giving up. */
const patience = 3;

/**
 * Fits an MLP by listwise softmax cross-entropy with AdamW, a cosine schedule and early stopping on the latest lists.
 * @throws RangeError when there are fewer than two lists.
 */
export function fitRanker(rows: RankingRows, settings: RankerSettings): FittedRanker {
  if (rows.lists < 2) throw new RangeError(`fitRanker needs at least 2 lists, got ${rows.lists}`);
  const trained = Math.max(1, rows.lists - Math.max(1, Math.round(rows.lists * validationShare)));
  const random = createRandom(settings.seed, `ranker/${settings.name}`);
  const standard = standardOf(rows, trained);
  const network = createNetwork(2 * rows.columns, settings.hidden, random);
  const batch = createBatch(rows, standard, network);
  const average = copyOf(network);
  const judged = createBatch(rows, standard, average);
  const gradient = zerosLike(network);
  const optimiser = createAdamW(network, settings);
  const order = Int32Array.from({ length: trained }, (_, q) => q);
  const later = Int32Array.from({ length: rows.lists - trained }, (_, q) => trained + q);
  const steps = Math.ceil(trained / listsPerStep) * settings.epochs;
  const validation: number[] = [];
  let best = copyOf(network);
  let least = batch.meanLoss(later);
  for (let epoch = 0, step = 0, waited = 0; epoch < settings.epochs && waited < patience; epoch++) {
    shuffle(order, random);
    for (let at = 0; at < trained; at += listsPerStep, step++) {
      const lists = order.subarray(at, at + listsPerStep);
      batch.addGradient(lists, gradient);
      optimiser.step(gradient, 1 / lists.length, 0.5 * (1 + Math.cos((Math.PI * step) / steps)));
      follow(average, network, Math.min(averageDecay, (1 + step) / (10 + step)));
    }
    const loss = judged.meanLoss(later);
    validation.push(loss);
    waited = loss < least ? 0 : waited + 1;
    if (loss < least) {
      least = loss;
      best = copyOf(average);
    }
  }
  const layers = best.layers.map((layer) => ({
    weights: Float32Array.from(layer.weights),
    bias: Float32Array.from(layer.bias),
    outputs: layer.outputs,
  }));
  return { ...standard, layers, validation };
}

/** average = decay * average + (1 - decay) * network, in place. */
function follow(average: Network, network: Network, decay: number): void {
  const move = (values: Float64Array, towards: Float64Array) => {
    for (let k = 0; k < values.length; k++) values[k] = decay * (values[k] as number) + (1 - decay) * (towards[k] as number);
  };
  for (const [l, layer] of average.layers.entries()) {
    const { weights, bias } = network.layers[l] as (typeof network.layers)[number];
    move(layer.weights, weights);
    move(layer.bias, bias);
  }
}

interface Batch {
  /** Adds the sum of the lists' gradients. Returns the sum of their losses. */
  addGradient(lists: Int32Array, gradient: Network): number;
  meanLoss(lists: Int32Array): number;
}

/** The training step on chosen lists; also what the gradient check calls. */
export function createBatch(rows: RankingRows, standard: Standard, network: Network): Batch {
  let longest = 0;
  for (let q = 0; q < rows.lists; q++) longest = Math.max(longest, (rows.offsets[q + 1] as number) - (rows.offsets[q] as number));
  const activations: Activations = createActivations(network, longest);
  const input = activations.values[0] as Float64Array;
  const slope = activations.gradients[network.layers.length] as Float64Array;
  const loss = (q: number): number => {
    const row = rows.offsets[q] as number;
    const n = (rows.offsets[q + 1] as number) - row;
    standardiseInto(standard, rows.features, row, n, input);
    const scores = forward(network, activations, n);
    return listwiseLoss({ labels: rows.labels, row, rows: n }, scores, 0, slope);
  };
  return {
    addGradient(lists, gradient) {
      let sum = 0;
      for (const q of lists) {
        sum += loss(q);
        backward(network, activations, (rows.offsets[q + 1] as number) - (rows.offsets[q] as number), gradient);
      }
      return sum;
    },
    meanLoss(lists) {
      let sum = 0;
      for (const q of lists) sum += loss(q);
      return sum / lists.length;
    },
  };
}

/** The trainer's own forward pass: scores [rows] of row-major features [rows x columns]. The engines must agree with it to 1e-5. */
export function scoreRows(ranker: FittedRanker, features: Float32Array, rows: number): Float32Array {
  let inputs = 2 * ranker.mean.length;
  const layers = ranker.layers.map(({ weights, bias, outputs }) => {
    const layer = { inputs, outputs, weights: Float64Array.from(weights), bias: Float64Array.from(bias) };
    inputs = outputs;
    return layer;
  });
  const activations = createActivations({ layers }, rows);
  standardiseInto(ranker, features, 0, rows, activations.values[0] as Float64Array);
  return Float32Array.from(forward({ layers }, activations, rows).subarray(0, rows));
}
