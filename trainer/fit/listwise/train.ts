import { createRandom, shuffle } from '../../random.ts';
import type { DenseParameters } from '../dense-ranker.ts';
import type { RankingRows } from '../rows.ts';
import { type Standard, standardiseInto, standardOf } from '../standardise.ts';
import { createAdamW } from './adamw.ts';
import { listwiseLoss } from './loss.ts';
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

export interface ListwiseSettings {
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly learningRate: number;
  readonly weightDecay: number;
}

/** Settings with the random stream of one fit. */
export interface ListwiseFit extends ListwiseSettings {
  readonly seed: number;
  readonly stream: string;
}

export interface TrainedNetwork extends DenseParameters {
  /** Mean loss per list on the later slice after each epoch; the least one is the network's. */
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
export function trainListwise(rows: RankingRows, settings: ListwiseFit): TrainedNetwork {
  checkSettings(settings);
  if (rows.lists < 2) throw new RangeError(`trainListwise needs at least 2 lists, got ${rows.lists}`);
  const trained = Math.max(1, rows.lists - Math.max(1, Math.round(rows.lists * validationShare)));
  const random = createRandom(settings.seed, `ranker/${settings.stream}`);
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

function checkSettings({ hidden, epochs, learningRate, weightDecay }: ListwiseSettings): void {
  const whole = (value: number) => Number.isSafeInteger(value) && value >= 1;
  if (!hidden.every(whole)) throw new RangeError(`hidden layers are whole numbers from 1; got ${hidden.join(', ')}`);
  if (!whole(epochs)) throw new RangeError(`epochs is a whole number from 1; got ${epochs}`);
  if (!(learningRate > 0 && Number.isFinite(learningRate))) throw new RangeError(`learningRate is above 0; got ${learningRate}`);
  if (!(weightDecay >= 0 && Number.isFinite(weightDecay))) throw new RangeError(`weightDecay is from 0; got ${weightDecay}`);
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
