import { openOps } from '../neural/ops.ts';
import { attentionScratchBytes } from '../neural/transformer.ts';
import { createRandom, shuffle } from '../random.ts';
import { checkInteractions } from './interactions.ts';
import type { CandidateModel, Shape } from './model.ts';
import { fittedSequenceNet } from './sequence-net/fitted.ts';
import { createNetwork, type Network } from './sequence-net/network.ts';
import { createTrainer, type TrainSettings } from './sequence-net/train.ts';
import { createValidation } from './sequence-net/validate.ts';
import { type Material, materialOf } from './sequence-net/windows.ts';

export interface SequenceNetSettings extends TrainSettings {
  /** Length of vectors, a multiple of 8 for every head. */
  readonly rank: number;
  readonly heads: number;
  readonly blocks: number;
  /** The last so many interactions are looked at. */
  readonly last: number;
  /** At most; training ends earlier when `patience` rounds brought no better NDCG@10 on held-out last interactions. */
  readonly epochs: number;
  readonly patience: number;
}

/** Share of the visitors whose last interaction is held out, and at most so many of them. */
const [validationShare, mostValidated] = [0.2, 2000];
/** What the default number of rounds is chosen by: a quarter of an hour on two threads. */
const budgetSeconds = 1500;
const fullUpTo = 5000;
/** An interaction costs the same in a small batch as in a large one, and what is learnt goes by the number of steps. */
const stepsPerEpoch = 1000;
const batchFor = (interactions: number): number =>
  Math.max(256, Math.min(4096, 2 ** Math.round(Math.log2(Math.max(1, interactions) / stepsPerEpoch))));
/** Measured on two busy cores, for one thread. */
const secondsPerMultiplyAdd = 6e-11;

/** Sequences by self-attention: see sequence-net/network.ts for the network and sequence-net/train.ts for the loss. */
export const sequenceNetModel: CandidateModel<SequenceNetSettings> = {
  name: 'sequence-net',
  summary: 'a transformer over the last interactions',
  defaults: (shape) => {
    const mean = shape.interactions / Math.max(1, shape.users);
    const settings = {
      rank: 64,
      heads: 1,
      blocks: 2,
      last: mean > 50 ? 200 : mean > 15 ? 50 : 20,
      batch: batchFor(shape.interactions),
      negatives: shape.itemsSeen <= fullUpTo ? Number.POSITIVE_INFINITY : 1024,
      dropout: 0.2,
      learningRate: 0.001,
      patience: 10,
    };
    return { ...settings, epochs: Math.max(2, Math.min(200, Math.floor(budgetSeconds / secondsPerEpoch(shape, settings)))) };
  },
  space: {
    rank: [32, 64, 128],
    heads: [1, 2],
    blocks: [1, 2, 3],
    last: [20, 50, 100, 200],
    batch: [256, 512, 1024, 2048, 4096],
    negatives: [256, 1024, 4096],
    dropout: { from: 0.1, to: 0.5, scale: 'linear' },
    learningRate: { from: 3e-4, to: 3e-3, scale: 'log' },
  },
  cost: (shape, settings) => {
    const { rank, blocks, batch, last, heads, epochs } = settings;
    const tokens = batch + last;
    return {
      seconds: epochs * secondsPerEpoch(shape, settings),
      bytes:
        4 * (5 * shape.itemsSeen * rank + tokens * rank * (11 * blocks + 8) + 3 * last * last * heads) +
        32e6 +
        32 * shape.interactions +
        4 * shape.items,
    };
  },
  refusal: ({ ordered, itemsSeen }) =>
    itemsSeen < 2
      ? 'there is nothing to tell one item from another by'
      : ordered
        ? undefined
        : 'the interactions of a visitor have no order in time',
  async fit(log, settings, context) {
    check(settings);
    checkInteractions(log);
    const { rank, heads, last, blocks, batch } = settings;
    const random = createRandom(context.seed, 'sequence-net');
    const material = materialOf(log, last, random, validationShare, mostValidated);
    const shape = { items: material.ordinals.length, rank, heads, blocks, last };
    const ops = await openOps({ threads: context.threads, scratchBytes: attentionScratchBytes(last, rank / heads) });
    try {
      const capacity = batch + last;
      const network = createNetwork(ops, shape, { capacity, random, trained: true });
      const step = createTrainer(ops, network, material, settings);
      const validate = createValidation(ops, network, material, capacity);
      const best = keepBest(network);
      const order = Int32Array.from(material.to, (_, w) => w);
      for (let epoch = 0, waited = 0; epoch < settings.epochs && waited < settings.patience; epoch++) {
        shuffle(order, random);
        for (const windows of batchesOf(material, order, batch)) step(windows, random);
        waited = best.offer(validate()) || material.validation.length === 0 ? 0 : waited + 1;
        context.progress?.((epoch + 1) / settings.epochs);
      }
      if (material.validation.length > 0) best.restore();
      return await fittedSequenceNet(network, material, log.items);
    } finally {
      await ops.pool.close();
    }
  },
};

/** Windows in order, as many at a time as hold `batch` interactions. */
function* batchesOf({ from, to }: Material, order: Int32Array, batch: number): Generator<Int32Array> {
  let [first, tokens] = [0, 0];
  for (let at = 0; at < order.length; at++) {
    const w = order[at] as number;
    tokens += (to[w] as number) - (from[w] as number);
    if (tokens < batch && at + 1 < order.length) continue;
    yield order.subarray(first, at + 1);
    [first, tokens] = [at + 1, 0];
  }
}

function keepBest({ table, places, transformer }: Network) {
  const live = [table.values, places.values, transformer.parameters.values];
  const kept = live.map((values) => values.slice());
  let most = Number.NEGATIVE_INFINITY;
  return {
    /** @returns whether it is the best so far. */
    offer(quality: number): boolean {
      if (!(quality > most)) return false;
      most = quality;
      for (const [k, values] of live.entries()) kept[k]?.set(values);
      return true;
    },
    restore: () => {
      for (const [k, values] of live.entries()) values.set(kept[k] as Float32Array);
    },
  };
}

type Size = Pick<SequenceNetSettings, 'rank' | 'blocks' | 'last' | 'batch' | 'negatives'>;

function secondsPerEpoch({ interactions, itemsSeen, users }: Shape, { rank, blocks, last, batch, negatives }: Size): number {
  const candidates = negatives >= itemsSeen ? itemsSeen : Math.min(itemsSeen, negatives + batch / 2);
  const seen = Math.min(last, interactions / Math.max(1, users));
  return Math.max(1e-3, interactions * rank * (3 * candidates + blocks * (18 * rank + 4 * seen)) * secondsPerMultiplyAdd);
}

function check(settings: SequenceNetSettings): void {
  const { rank, heads, blocks, last, batch, epochs, patience, negatives, dropout, learningRate } = settings;
  for (const [name, value] of Object.entries({ heads, blocks, last, batch, epochs, patience, negatives }))
    if (!(value >= 1 && (Number.isInteger(value) || (name === 'negatives' && value === Number.POSITIVE_INFINITY))))
      throw new RangeError(`sequence-net: ${name}, a whole number above 0, expected, not ${value}`);
  if (!(rank >= 8 && rank <= 1024 && rank % (8 * heads) === 0))
    throw new RangeError(`sequence-net: rank, a multiple of 8 for every head and at most 1024, expected, not ${rank}`);
  if (last > 1024 || blocks > 16 || batch > 1 << 20)
    throw new RangeError('sequence-net: last up to 1024, blocks up to 16, batch up to 2^20');
  if (!(dropout >= 0 && dropout < 1)) throw new RangeError(`sequence-net: dropout in [0, 1) expected, not ${dropout}`);
  if (!(learningRate > 0 && learningRate <= 1))
    throw new RangeError(`sequence-net: learningRate in (0, 1] expected, not ${learningRate}`);
}
