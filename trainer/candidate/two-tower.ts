import { openOps } from '../neural/ops.ts';
import { createRandom } from '../random.ts';
import { checkInteractions } from './interactions.ts';
import type { CandidateModel } from './model.ts';
import { examplesOf } from './two-tower/examples.ts';
import { itemFeatures } from './two-tower/features.ts';
import { fittedTwoTower } from './two-tower/fitted.ts';
import { createNetwork, itemVectors } from './two-tower/network.ts';
import { createTrainer, type TrainSettings } from './two-tower/train.ts';

export interface TwoTowerSettings extends TrainSettings {
  /** Length of vectors, a multiple of 8. */
  readonly rank: number;
  /** Units of the user tower's hidden layer, a multiple of 8. */
  readonly hidden: number;
  /** The last so many interactions are pooled. */
  readonly last: number;
  readonly epochs: number;
  /** Rows of the table of hashed attributes and words. */
  readonly buckets: number;
}

/** Of items with attributes: see `fit`. */
const trust = 3;

/**
 * Two-tower retrieval (Covington et al. 2016; Yi et al. 2019): see two-tower/network.ts for the towers and two-tower/train.ts for the loss. An item that
 * nobody met yet has the vector of its attributes and words.
 */
export const twoTowerModel: CandidateModel<TwoTowerSettings> = {
  name: 'two-tower',
  summary: 'a network that turns histories and items, new ones too, into vectors',
  defaults: ({ interactions }) => ({
    rank: 64,
    hidden: 64,
    last: 20,
    // Some 1,000,000 examples, at least two rounds and at most 10.
    epochs: Math.max(2, Math.min(10, Math.round(1e6 / Math.max(1, interactions)))),
    batch: 256,
    uniform: 128,
    idDropout: 0.1,
    learningRate: 0.001,
    embeddingRate: 0.1,
    pooling: 'attention',
    buckets: 16384,
  }),
  space: {
    rank: [32, 64, 128],
    last: [10, 20, 50],
    epochs: [2, 5, 10, 20],
    batch: [128, 256, 512],
    uniform: [64, 256, 512],
    idDropout: { from: 0, to: 0.5, scale: 'linear' },
    learningRate: { from: 3e-4, to: 3e-3, scale: 'log' },
    embeddingRate: { from: 0.01, to: 0.2, scale: 'log' },
    pooling: ['attention', 'mean'],
  },
  cost: ({ interactions, items }, { rank, epochs, batch, uniform, last, buckets, hidden }) => ({
    seconds: epochs * interactions * rank * (3 * (batch + uniform) + 10 * last + 6 * hidden) * 8e-11 + items * 1e-5,
    bytes:
      4 * (items * (3 * rank + 40) + buckets * rank + batch * (last + 4) * (4 * rank + 8) + (batch + uniform) * batch) +
      24 * interactions,
  }),
  refusal: ({ interactions, items }) =>
    interactions === 0 || items < 2 ? 'there is nothing to tell one item from another by' : undefined,
  async fit(log, settings, context) {
    check(settings);
    checkInteractions(log);
    const examples = examplesOf(log);
    const features = itemFeatures(context.items, log.items, settings.buckets);
    const { rank, hidden, last, epochs } = settings;
    const ops = await openOps({ threads: context.threads, scratchBytes: 1 << 16 });
    try {
      const shape = { items: log.items, segments: examples.segments, rank, hidden, last };
      const seen = Uint8Array.from(examples.share, (share) => Number(share > 0));
      const network = createNetwork(ops, shape, features, seen, context.seed);
      const trainEpoch = createTrainer(ops, network, examples, settings);
      const random = createRandom(context.seed, 'two-tower/examples');
      for (let epoch = 0; epoch < epochs; epoch++) {
        trainEpoch(random);
        context.progress?.((epoch + 1) / epochs);
      }
      const keep = ops.matrix(log.items + 1, 1);
      // As many interactions as `trust` speak half for the item itself, half its attributes do.
      for (let i = 0; i < log.items; i++) {
        const met = (examples.share[i] as number) * examples.n;
        keep.values[i] = (features.weights[i] as number) > 0 ? met / (met + trust) : Number(met > 0);
      }
      const ids = ops.indices(log.items);
      for (let i = 0; i < log.items; i++) ids[i] = i;
      const vectors = ops.matrix(log.items, rank);
      itemVectors(ops, network, { ids, count: log.items, keep }, vectors);
      const known = Uint8Array.from({ length: log.items }, (_, i) => Number(seen[i] || (features.weights[i] as number) > 0));
      return await fittedTwoTower({ network, vectors: vectors.values, known });
    } finally {
      await ops.pool.close();
    }
  },
};

function check(settings: TwoTowerSettings): void {
  const { rank, hidden, last, epochs, batch, uniform, buckets, idDropout, learningRate, embeddingRate, pooling } = settings;
  for (const [name, value] of Object.entries({ rank, hidden }))
    if (!(Number.isInteger(value) && value >= 8 && value % 8 === 0 && value <= 1024))
      throw new RangeError(`two-tower: ${name}, a multiple of 8 up to 1024, expected, not ${value}`);
  for (const [name, value] of Object.entries({ last, epochs, batch, buckets }))
    if (!(Number.isInteger(value) && value >= 1 && value <= 1 << 20))
      throw new RangeError(`two-tower: ${name}, a whole number from 1 to 2^20, expected, not ${value}`);
  if (!(Number.isInteger(uniform) && uniform >= 0 && uniform <= 1 << 16))
    throw new RangeError(`two-tower: uniform, a whole number from 0 to 65,536, expected, not ${uniform}`);
  if (!(idDropout >= 0 && idDropout < 1)) throw new RangeError(`two-tower: idDropout in [0, 1) expected, not ${idDropout}`);
  for (const [name, value] of Object.entries({ learningRate, embeddingRate }))
    if (!(value > 0 && value <= 10)) throw new RangeError(`two-tower: ${name} in (0, 10] expected, not ${value}`);
  if (pooling !== 'attention' && pooling !== 'mean') throw new RangeError(`two-tower: pooling ${pooling}`);
}
