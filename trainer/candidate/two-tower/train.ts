import type { Ops } from '../../neural/ops.ts';
import { type Random, shuffle } from '../../random.ts';
import { type Batch, type BatchSettings, createBatch, sizesOf } from './batch.ts';
import type { Examples } from './examples.ts';
import { createActivations, itemVectors, type Network, userVectors } from './network.ts';

export interface TrainSettings extends BatchSettings {
  /** Rows of a step. */
  readonly batch: number;
  /** Items drawn evenly from the catalogue that every row of a batch is told apart from, beside those that others of the batch met. */
  readonly uniform: number;
  /** Chance that an item's own vector is left out in a batch: its attributes have to do. */
  readonly idDropout: number;
  readonly learningRate: number;
  readonly embeddingRate: number;
  readonly pooling: 'attention' | 'mean';
}

/** What Adagrad has seen before anything: without it the first faint gradient of a rare row would move it as far as a strong one. */
const initialSquare = 0.1;

/**
 * Steps over the examples in batches: softmax cross-entropy of each row's item among the distinct items of the batch and `uniform` others, every logit
 * less the logarithm of the chance that its item is in such a sample (Yi et al. 2019; mixed negatives: Yang et al. 2020).
 *
 *   chance_i = 1 - (1 - q_i)^batch (1 - 1/items)^uniform,   q_i = the item's share of the examples
 *
 * A step is one job of the pool; the calling thread makes the next batch meanwhile.
 */
export function createTrainer(ops: Ops, network: Network, examples: Examples, settings: TrainSettings) {
  const { shape, own, featureVectors, dense } = network;
  const { rank, items, last } = shape;
  const { batch } = settings;
  const most = sizesOf(network, settings);
  const batches = [createBatch(ops, network, examples, settings), createBatch(ops, network, examples, settings)] as const;
  const vectors = ops.matrix(most.slots, rank);
  const gradients = ops.matrix(most.slots, rank);
  const turned = ops.matrix(rank, most.candidates);
  const slopes = ops.matrix(batch, most.candidates, 4 * slopeColumns(most.candidates));
  const losses = ops.matrix(batch, 1);
  const activations = createActivations(ops, shape, batch);
  const [dOut, dHidden, dInput] = [ops.matrix(batch, rank), ops.matrix(batch, shape.hidden), ops.matrix(batch, rank)];
  const [w1Turned, w2Turned] = [ops.matrix(shape.hidden, rank), ops.matrix(rank, shape.hidden)];
  const [placeSlopes, sums] = [ops.matrix(batch * last, 1), ops.matrix(most.slots, 1)];
  const featureGradients = ops.matrix(most.features, rank);
  const ownSquares = ops.matrix(items + 1, 1);
  const featureSquares = ops.matrix(featureVectors.rows, 1);
  for (const squares of [ownSquares, featureSquares]) squares.values.fill(initialSquare);
  const order = Int32Array.from({ length: examples.n }, (_, place) => place);

  function lossAndGradients({ rows, candidates, offsets, targets, weights }: Batch): void {
    ops.transpose(vectors, turned, candidates);
    const { out } = activations;
    const loss = [out.at, out.step, vectors.at, turned.at, turned.step, candidates, offsets.at];
    const results = [targets.byteOffset, weights.at, slopes.at, slopes.step, losses.at, dOut.at];
    ops.pool.run('softmaxLoss', { rows, slice: 64 }, ...loss, ...results);
    ops.transposedProduct(slopes, out, gradients, { rows, columns: candidates });
  }

  function backThroughUsers({ rows, count, candidates, starts, places, rowOf, byItem, bySegment }: Batch): void {
    const { query, places: ages, segments: table, w1, b1, w2, b2 } = dense.of;
    const { hidden, input, pooled } = activations;
    ops.transposedProduct(hidden, dOut, w2.gradient, { rows });
    ops.columnSums(dOut, b2.gradient, rows);
    ops.transpose(w2, w2Turned, w2.rows);
    ops.product(dOut, w2Turned, dHidden, { rows });
    ops.rectifyBack(hidden, dHidden, { rows, rate: 0, seed: 0 });
    ops.transposedProduct(input, dHidden, w1.gradient, { rows });
    ops.columnSums(dHidden, b1.gradient, rows);
    ops.transpose(w1, w1Turned, w1.rows);
    ops.product(dHidden, w1Turned, dInput, { rows });
    ops.dropout(dInput, dOut, dInput, { rows, rate: 0, seed: 0 });
    ops.sumRows({ count: table.rows, ...bySegment }, dInput, table.gradient, {});
    const pairs = [starts, places].map((array) => array.byteOffset);
    const back = [vectors.at, activations.weights.at, pooled.at, dInput.at, placeSlopes.at, vectors.step];
    ops.pool.run('poolBack', { rows, slice: 64 }, ...pairs, ...back);
    const groups = [byItem.offsets, byItem.members, rowOf].map((array) => array.byteOffset);
    const from = [activations.weights.at, placeSlopes.at, dInput.at, query.at];
    const to = [gradients.at, sums.at, gradients.step, candidates];
    ops.pool.run('poolScatter', { rows: count, slice: 256 }, ...groups, ...from, ...to);
    if (settings.pooling === 'mean') return;
    ops.transposedProduct(sums, vectors, query.gradient, { rows: count, columns: 1 });
    ops.pool.run('placeSums', { rows: last, slice: last }, starts.byteOffset, placeSlopes.at, rows, ages.gradient.at);
  }

  function stepEmbeddings({ count, ids, keep, features, featureWeights }: Batch): void {
    const rate = settings.embeddingRate;
    const adagrad = (rows: number, ...values: number[]) =>
      ops.pool.run('rowAdagrad', { rows, slice: 256 }, ...values, own.step, rate);
    if (features.count > 0)
      ops.sumRows({ count: features.count, ...features.slots }, gradients, featureGradients, { weights: featureWeights });
    adagrad(count, ids.byteOffset, own.at, gradients.at, keep.at, ownSquares.at);
    if (features.count > 0)
      adagrad(features.count, features.ids.byteOffset, featureVectors.at, featureGradients.at, 0, featureSquares.at);
  }

  function step(made: Batch): void {
    const { rows, ids, count, keep, starts, places, segments } = made;
    itemVectors(ops, network, { ids, count, keep }, vectors);
    userVectors(ops, network, { rows, starts, slots: places, vectors, segments }, activations);
    lossAndGradients(made);
    backThroughUsers(made);
    dense.step(settings.learningRate);
    stepEmbeddings(made);
  }

  /** Every example once, in a new order. @returns mean loss. */
  return function epoch(random: Random): number {
    shuffle(order, random);
    const chosen = (b: number) => order.subarray(b * batch, (b + 1) * batch);
    const count = Math.ceil(order.length / batch);
    if (count > 0) batches[0].prepare(chosen(0), random);
    let sum = 0;
    for (let b = 0; b < count; b++) {
      const [made, next] = [batches[b & 1] as Batch, batches[(b + 1) & 1] as Batch];
      ops.pool.together(
        () => step(made),
        () => {
          if (b + 1 < count) next.prepare(chosen(b + 1), random);
        },
      );
      for (let r = 0; r < made.rows; r++) sum += losses.values[r] as number;
    }
    return sum / Math.max(1, order.length);
  };
}

/** Rows an odd number of cache lines apart: columns of a batch of rows then fall into different sets of the cache. */
const slopeColumns = (columns: number): number => (Math.ceil(columns / 16) | 1) * 16;
