import type * as tf from '@tensorflow/tfjs';
import { createRandom, type Random, shuffle } from '../../random.ts';
import { listsFrom, type RankingRows, weightedLabels } from '../rows.ts';
import { type Standard, standardiseInto, standardOf } from '../standardise.ts';
import { networkFault, type TrainedNetwork } from './encode.ts';
import { openLibrary, withRandom } from './library.ts';
import type { BuildNetwork } from './network.ts';

export interface CustomSettings {
  readonly epochs: number;
  /** Of Adam. */
  readonly learningRate: number;
  /** Lists per step. */
  readonly batch: number;
  /** Epochs without a better loss on the latest lists before it stops. */
  readonly patience: number;
}

/** Share of the lists, the latest, that only decide when to stop. */
const validationShare = 0.15;
const settingsRanges: Readonly<Record<keyof CustomSettings, (value: number) => boolean>> = {
  epochs: (value) => Number.isSafeInteger(value) && value >= 1,
  learningRate: (value) => value > 0 && Number.isFinite(value),
  batch: (value) => Number.isSafeInteger(value) && value >= 1,
  patience: (value) => Number.isSafeInteger(value) && value >= 1,
};

export interface CustomFit extends CustomSettings {
  readonly columns: readonly string[];
  readonly seed: number;
  readonly stream: string;
}

/**
 * Trains a site's own network on lists by listwise softmax cross-entropy (Cao et al. 2007) with Adam, and keeps the weights with the least loss on the
 * latest lists.
 * @throws RangeError for settings out of range, and for a network that cannot be exported, by the names of what is in the way: before any training.
 */
export async function trainNetwork(build: BuildNetwork, rows: RankingRows, settings: CustomFit): Promise<TrainedNetwork> {
  for (const [name, holds] of Object.entries(settingsRanges)) {
    const value = settings[name as keyof CustomSettings];
    if (!holds(value)) throw new RangeError(`${name} of a network is out of range: ${value}`);
  }
  const library = await openLibrary();
  const trained = Math.max(1, rows.lists - Math.max(1, Math.round(rows.lists * validationShare)));
  const standard = standardOf(rows, trained);
  const random = createRandom(settings.seed, `ranker/${settings.stream}`);
  const width = 2 * rows.columns;
  const network = withRandom(random, () => build(library, { columns: settings.columns, width }));
  const fault = networkFault(network, width);
  if (fault !== undefined) throw new RangeError(fault);
  withRandom(random, () => fit(library, network, { rows, standard, trained, settings, random }));
  return { network, standard };
}

interface Task {
  readonly rows: RankingRows;
  readonly standard: Standard;
  readonly trained: number;
  readonly settings: CustomFit;
  readonly random: Random;
}

function fit(library: typeof tf, network: tf.LayersModel, { rows, standard, trained, settings, random }: Task): void {
  const optimiser = library.train.adam(settings.learningRate);
  const order = Int32Array.from({ length: trained }, (_, q) => q);
  const later = Int32Array.from({ length: rows.lists - trained }, (_, q) => trained + q);
  const lossOf = (lists: Int32Array, training: boolean): tf.Scalar =>
    listLoss(library, network, batchOf(rows, standard, lists), training);
  const validate = () => library.tidy(() => (later.length === 0 ? 0 : (lossOf(later, false).dataSync()[0] as number)));
  let best = weightsOf(network);
  let least = validate();
  for (let epoch = 0, waited = 0; epoch < settings.epochs && waited < settings.patience; epoch++) {
    shuffle(order, random);
    for (let at = 0; at < trained; at += settings.batch) {
      const lists = order.slice(at, at + settings.batch);
      library.tidy(() => {
        optimiser.minimize(() => lossOf(lists, true));
      });
    }
    const loss = validate();
    if (!Number.isFinite(loss)) break;
    waited = loss < least ? 0 : waited + 1;
    if (loss >= least && later.length > 0) continue;
    least = loss;
    best = weightsOf(network);
  }
  library.tidy(() => network.setWeights(best.map(({ shape, data }) => library.tensor(data, shape))));
  optimiser.dispose();
}

const weightsOf = (network: tf.LayersModel) =>
  network.getWeights().map((weight) => ({ shape: weight.shape, data: Float32Array.from(weight.dataSync()) }));

/** Lists side by side, padded to the longest. */
interface Batch {
  readonly lists: number;
  readonly longest: number;
  /** [lists x longest x width]. */
  readonly input: Float32Array;
  /** [lists x longest]: share of the list's labels. */
  readonly target: Float32Array;
  /** Added to scores: log P(looked at) of a row's place, or 0; a great negative number for padding. */
  readonly mask: Float32Array;
  /** [lists]: the largest label. */
  readonly weight: Float32Array;
}

/** Far below any score, and finite: infinities make NaN of gradients. */
const nowhere = -1e9;

function batchOf(rows: RankingRows, standard: Standard, lists: Int32Array): Batch {
  const boundsOf = (q: number) => [rows.offsets[q] as number, rows.offsets[q + 1] as number] as const;
  const longest = lists.reduce((most, q) => Math.max(most, boundsOf(q)[1] - boundsOf(q)[0]), 0);
  const width = 2 * rows.columns;
  const input = new Float32Array(lists.length * longest * width);
  const target = new Float32Array(lists.length * longest);
  const mask = new Float32Array(lists.length * longest).fill(nowhere);
  const weight = new Float32Array(lists.length);
  const standardised = new Float64Array(longest * width);
  for (const [b, q] of lists.entries()) {
    const [start, end] = boundsOf(q);
    const at = b * longest;
    standardiseInto(standard, rows.features, start, end - start, standardised);
    input.set(standardised.subarray(0, (end - start) * width), at * width);
    const labels = weightedLabels(listsFrom(rows, q, q + 1));
    const total = labels.reduce((sum, label) => sum + label, 0);
    for (const [i, label] of labels.entries()) target[at + i] = total > 0 ? label / total : 0;
    for (const i of labels.keys()) mask[at + i] = rows.examination ? Math.log(rows.examination[start + i] as number) : 0;
    weight[b] = labels.reduce((most, label) => Math.max(most, label), 0);
  }
  return { lists: lists.length, longest, input, target, mask, weight };
}

function listLoss(library: typeof tf, network: tf.LayersModel, batch: Batch, training: boolean): tf.Scalar {
  const { lists, longest, input, target, mask, weight } = batch;
  const x = library.tensor2d(input, [lists * longest, input.length / (lists * longest)]);
  const scores = (network.apply(x, { training }) as tf.Tensor).reshape([lists, longest]);
  const chances = library.logSoftmax(scores.add(library.tensor2d(mask, [lists, longest])));
  const each = chances
    .mul(library.tensor2d(target, [lists, longest]))
    .sum(1)
    .neg();
  return each.mul(library.tensor1d(weight)).mean().asScalar();
}
