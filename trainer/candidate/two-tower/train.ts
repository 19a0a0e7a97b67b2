import type { Ops } from '../../neural/ops.ts';
import { createGrouping, createSlots } from '../../neural/slots.ts';
import type { Random } from '../../random.ts';
import type { Examples } from './examples.ts';
import { createActivations, itemVectors, type Network, userVectors } from './network.ts';

export interface TrainSettings {
  readonly batch: number;
  /** Items drawn evenly from the catalogue that every row of a batch is told apart from, beside those that others of the batch met. */
  readonly uniform: number;
  /** Chance that an item's own vector is left out in a batch: its attributes have to do. */
  readonly idDropout: number;
  readonly learningRate: number;
  readonly embeddingRate: number;
  readonly pooling: 'attention' | 'mean';
}

const nowhere = -1e30;
/** What Adagrad has seen before anything: without it the first faint gradient of a rare row would move it as far as a strong one. */
const initialSquare = 0.1;

/**
 * One step on the examples `chosen`: softmax cross-entropy of each row's item among the distinct items of the batch and `uniform` others, every logit
 * less the logarithm of the chance that its item is in such a sample (Yi et al. 2019; mixed negatives: Yang et al. 2020).
 *
 *   chance_i = 1 - (1 - q_i)^batch (1 - 1/items)^uniform,   q_i = the item's share of the examples
 */
export function createTrainer(ops: Ops, network: Network, examples: Examples, settings: TrainSettings) {
  const { shape, own, featureVectors, dense } = network;
  const { rank, items, last } = shape;
  const { batch, uniform } = settings;
  const mostCandidates = Math.ceil((batch + uniform) / 8) * 8;
  const mostSlots = mostCandidates + batch * last;
  const mostFeatures = largestSums(network, mostSlots);
  const slots = createSlots(ops, items + 1, mostSlots + 8);
  /** Items of histories that are no candidates: their slots come after those. */
  const extra = createSlots(ops, items + 1, mostSlots);
  const features = createSlots(ops, featureVectors.rows, Math.min(featureVectors.rows, mostFeatures));
  const byItem = createGrouping(ops, mostSlots + 8, batch * last);
  const byFeature = createGrouping(ops, Math.min(featureVectors.rows, mostFeatures), mostFeatures);
  const bySegment = createGrouping(ops, shape.segments + 1, batch);
  const featureKeys = new Int32Array(mostFeatures);
  const featureSlots = new Int32Array(mostFeatures);

  const keep = ops.matrix(mostSlots + 8, 1);
  const slotWeights = ops.matrix(mostSlots + 8, 1);
  const vectors = ops.matrix(mostSlots + 8, rank);
  const gradients = ops.matrix(mostSlots + 8, rank);
  const turned = ops.matrix(rank, mostCandidates);
  const slopes = ops.matrix(batch, mostCandidates, 4 * slopeColumns(mostCandidates));
  const offsets = ops.matrix(1, mostCandidates);
  const [targets, starts, segments] = [ops.indices(batch), ops.indices(batch + 1), ops.indices(batch)];
  const [places, rowOf] = [ops.indices(batch * last), ops.indices(batch * last)];
  const [weights, losses] = [ops.matrix(batch, 1), ops.matrix(batch, 1)];
  const activations = createActivations(ops, shape, batch);
  const [dOut, dHidden, dInput] = [ops.matrix(batch, rank), ops.matrix(batch, shape.hidden), ops.matrix(batch, rank)];
  const [w1Turned, w2Turned] = [ops.matrix(shape.hidden, rank), ops.matrix(rank, shape.hidden)];
  const [placeSlopes, sums] = [ops.matrix(batch * last, 1), ops.matrix(mostSlots + 8, 1)];
  const featureGradients = ops.matrix(Math.min(featureVectors.rows, mostFeatures), rank);
  const ownSquares = ops.matrix(items + 1, 1);
  const featureSquares = ops.matrix(featureVectors.rows, 1);
  for (const squares of [ownSquares, featureSquares]) squares.values.fill(initialSquare);
  const logMissUniform = items > 1 ? uniform * Math.log1p(-1 / items) : Number.NEGATIVE_INFINITY;

  /** @returns number of candidates, a multiple of 8: the first slots. */
  function drawCandidates(chosen: Int32Array, random: Random): number {
    slots.clear();
    for (const [r, at] of chosen.entries()) {
      targets[r] = slots.of(examples.item[at] as number);
      weights.values[r] = examples.weight[at] as number;
    }
    for (let u = 0; u < uniform; u++) slots.of(random.below(items));
    const real = slots.count;
    for (let c = 0; c < real; c++) {
      const share = examples.share[slots.ids[c] as number] as number;
      const missed = chosen.length * Math.log1p(-Math.min(share, 1 - 1e-7)) + logMissUniform;
      offsets.values[c] = -Math.log(-Math.expm1(missed));
    }
    const count = Math.ceil(real / 8) * 8;
    offsets.values.fill(nowhere, real, count);
    // Of no item: their vector is 0 and stays so.
    slots.ids.fill(items, real, count);
    return count;
  }

  const slotOf = (item: number, candidates: number) => (slots.has(item) ? slots.of(item) : candidates + extra.of(item));

  function lookAtHistories(chosen: Int32Array, candidates: number): { readonly count: number; readonly entries: number } {
    let entries = 0;
    extra.clear();
    for (const [r, at] of chosen.entries()) {
      starts[r] = entries;
      const from = Math.max(examples.first[at] as number, at - last);
      for (let p = from; p < at; p++) {
        places[entries] = slotOf(examples.item[p] as number, candidates);
        rowOf[entries++] = r;
      }
      segments[r] = examples.segment[at] as number;
    }
    starts[chosen.length] = entries;
    return { count: candidates + extra.count, entries };
  }

  function backThroughUsers(rows: number, count: number, entries: number): void {
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
    bySegment.group(segments, rows, table.rows);
    ops.sumRows({ count: table.rows, ...bySegment }, dInput, table.gradient, {});
    const own = [starts, places].map((array) => array.byteOffset);
    const back = [vectors.at, activations.weights.at, pooled.at, dInput.at, placeSlopes.at, vectors.step];
    ops.pool.run('poolBack', { rows, slice: 128 }, ...own, ...back);
    byItem.group(places, entries, count);
    const scatter = [
      byItem.offsets.byteOffset,
      byItem.members.byteOffset,
      rowOf.byteOffset,
      activations.weights.at,
      placeSlopes.at,
    ];
    ops.pool.run(
      'poolScatter',
      { rows: count, slice: 64 },
      ...scatter,
      dInput.at,
      query.at,
      gradients.at,
      sums.at,
      gradients.step,
    );
    if (settings.pooling === 'mean') return;
    ops.transposedProduct(sums, vectors, query.gradient, { rows: count, columns: 1 });
    ops.pool.run('placeSums', { rows: last, slice: last }, starts.byteOffset, placeSlopes.at, rows, ages.gradient.at);
  }

  function stepEmbeddings(count: number): void {
    const rate = settings.embeddingRate;
    const addresses = [slots.ids.byteOffset, own.at, gradients.at, keep.at, ownSquares.at];
    ops.pool.run('rowAdagrad', { rows: count, slice: 1024 }, ...addresses, own.step, rate);
    features.clear();
    let entries = 0;
    for (let s = 0; s < count; s++) {
      const item = slots.ids[s] as number;
      slotWeights.values[s] = network.weights.values[item] as number;
      for (let f = network.offsets[item] as number; f < (network.offsets[item + 1] as number); f++) {
        featureKeys[entries] = features.of(network.features[f] as number);
        featureSlots[entries++] = s;
      }
    }
    if (entries === 0) return;
    byFeature.group(featureKeys, entries, features.count);
    for (let m = 0; m < entries; m++) byFeature.members[m] = featureSlots[byFeature.members[m] as number] as number;
    ops.sumRows({ count: features.count, ...byFeature }, gradients, featureGradients, { weights: slotWeights });
    const more = [features.ids.byteOffset, featureVectors.at, featureGradients.at, 0, featureSquares.at];
    ops.pool.run('rowAdagrad', { rows: features.count, slice: 1024 }, ...more, featureVectors.step, rate);
  }

  /** @param chosen places of the examples. @returns sum of the losses. */
  return function step(chosen: Int32Array, random: Random): number {
    const rows = chosen.length;
    const candidates = drawCandidates(chosen, random);
    const { count, entries } = lookAtHistories(chosen, candidates);
    for (let s = 0; s < extra.count; s++) slots.ids[candidates + s] = extra.ids[s] as number;
    for (let s = 0; s < count; s++) keep.values[s] = Number(random.uniform() >= settings.idDropout);
    itemVectors(ops, network, { ids: slots.ids, count, keep }, vectors);
    userVectors(ops, network, { rows, starts, slots: places, vectors, segments }, activations);
    ops.transpose(vectors, turned, candidates);
    const { out } = activations;
    const loss = [out.at, out.step, vectors.at, turned.at, turned.step, candidates, offsets.at];
    const results = [targets.byteOffset, weights.at, slopes.at, slopes.step, losses.at, dOut.at];
    ops.pool.run('softmaxLoss', { rows, slice: 64 }, ...loss, ...results);
    gradients.values.fill(0, candidates * rank, count * rank);
    ops.transposedProduct(slopes, out, gradients, { rows, columns: candidates });
    backThroughUsers(rows, count, entries);
    dense.step(settings.learningRate);
    stepEmbeddings(count);
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += losses.values[r] as number;
    return sum;
  };
}

/** Rows an odd number of cache lines apart: columns of a batch of rows then fall into different sets of the cache. */
const slopeColumns = (columns: number): number => (Math.ceil(columns / 16) | 1) * 16;

/** Features of the `count` items that have most. */
function largestSums({ offsets, shape: { items } }: Network, count: number): number {
  const lengths = Int32Array.from({ length: items }, (_, i) => (offsets[i + 1] as number) - (offsets[i] as number)).sort();
  let sum = 0;
  for (let i = Math.max(0, items - count); i < items; i++) sum += lengths[i] as number;
  return Math.max(1, sum);
}
