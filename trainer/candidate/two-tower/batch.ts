import type { Indices, Matrix, Ops } from '../../neural/ops.ts';
import { createGrouping, createSlots, type Grouping } from '../../neural/slots.ts';
import type { Random } from '../../random.ts';
import type { Examples } from './examples.ts';
import type { Network } from './network.ts';

/** What a step reads beside the parameters: made without them, so the next batch is prepared while a step is under way. */
export interface Batch {
  readonly rows: number;
  /** The first slots, a multiple of 8, are candidates; `count` slots in all. */
  readonly candidates: number;
  readonly count: number;
  /** By slot: the item, and whether its own vector counts. */
  readonly ids: Indices;
  readonly keep: Matrix;
  /** By candidate: -log of the chance to be one. */
  readonly offsets: Matrix;
  /** By row: slot of the item, weight, segment, and where its history begins among the `entries`. */
  readonly targets: Indices;
  readonly weights: Matrix;
  readonly segments: Indices;
  readonly starts: Indices;
  readonly entries: number;
  /** By entry of a history: its slot and its row. */
  readonly places: Indices;
  readonly rowOf: Indices;
  readonly byItem: Grouping;
  readonly bySegment: Grouping;
  /** Features of the slots' items, each once: rows of their table, and the slots that have it. */
  readonly features: { readonly ids: Indices; readonly count: number; readonly slots: Grouping };
  /** By slot: the weight of its features. */
  readonly featureWeights: Matrix;
  /** @param chosen places of the examples. */
  prepare(chosen: Int32Array, random: Random): void;
}

export interface BatchSettings {
  readonly batch: number;
  readonly uniform: number;
  readonly idDropout: number;
}

const nowhere = -1e30;

export interface BatchSizes {
  readonly candidates: number;
  readonly slots: number;
  readonly features: number;
}

/** Most that a batch can have. */
export function sizesOf(network: Network, { batch, uniform }: BatchSettings): BatchSizes {
  const candidates = Math.ceil((batch + uniform) / 8) * 8;
  const slots = candidates + batch * network.shape.last + 8;
  return { candidates, slots, features: Math.min(network.featureVectors.rows, largestSums(network, slots)) };
}

export function createBatch(ops: Ops, network: Network, examples: Examples, settings: BatchSettings): Batch {
  const { items, last, segments: noSegment } = network.shape;
  const { batch, uniform, idDropout } = settings;
  const most = sizesOf(network, settings);
  const entriesMost = batch * last;
  const slots = createSlots(ops, items, most.slots);
  const features = createSlots(ops, network.featureVectors.rows, most.features);
  const featureEntries = largestSums(network, most.slots);
  const [featureKeys, featureSlots] = [new Int32Array(featureEntries), new Int32Array(featureEntries)];
  const [byItem, bySegment] = [createGrouping(ops, most.slots, entriesMost), createGrouping(ops, noSegment + 1, batch)];
  const byFeature = createGrouping(ops, most.features, featureEntries);
  const [keep, featureWeights] = [ops.matrix(most.slots, 1), ops.matrix(most.slots, 1)];
  const [offsets, weights] = [ops.matrix(1, most.candidates), ops.matrix(batch, 1)];
  const [targets, segments, starts] = [ops.indices(batch), ops.indices(batch), ops.indices(batch + 1)];
  const [places, rowOf] = [ops.indices(entriesMost), ops.indices(entriesMost)];
  const logMissUniform = items > 1 ? uniform * Math.log1p(-1 / items) : Number.NEGATIVE_INFINITY;
  const now = { rows: 0, candidates: 0, count: 0, entries: 0 };

  /** By item, for batches of `chanceRows` rows. */
  const offsetOf = new Float32Array(items);
  let chanceRows = 0;

  function lookAtChances(rows: number): void {
    if (rows === chanceRows) return;
    chanceRows = rows;
    for (let i = 0; i < items; i++) {
      const missed = rows * Math.log1p(-Math.min(examples.share[i] as number, 1 - 1e-7)) + logMissUniform;
      offsetOf[i] = -Math.log(-Math.expm1(missed));
    }
  }

  /** @returns number of candidates; those that pad it are of no item, and their vector is 0 and stays so. */
  function drawCandidates(chosen: Int32Array, random: Random): number {
    slots.clear();
    lookAtChances(chosen.length);
    for (let r = 0; r < chosen.length; r++) {
      const at = chosen[r] as number;
      targets[r] = slots.of(examples.item[at] as number);
      weights.values[r] = examples.weight[at] as number;
    }
    for (let u = 0; u < uniform; u++) slots.of(random.below(items));
    const real = slots.count;
    for (let c = 0; c < real; c++) offsets.values[c] = offsetOf[slots.ids[c] as number] as number;
    const count = slots.pad();
    offsets.values.fill(nowhere, real, count);
    return count;
  }

  /** @returns number of entries; items that are no candidates get the slots after those. */
  function lookAtHistories(chosen: Int32Array): number {
    let entries = 0;
    for (let r = 0; r < chosen.length; r++) {
      const at = chosen[r] as number;
      starts[r] = entries;
      for (let p = Math.max(examples.first[at] as number, at - last); p < at; p++) {
        places[entries] = slots.of(examples.item[p] as number);
        rowOf[entries++] = r;
      }
      segments[r] = examples.segment[at] as number;
    }
    starts[chosen.length] = entries;
    return entries;
  }

  function lookAtFeatures(count: number): void {
    features.clear();
    let entries = 0;
    for (let s = 0; s < count; s++) {
      const item = slots.ids[s] as number;
      featureWeights.values[s] = network.weights.values[item] as number;
      const end = network.offsets[item + 1] as number;
      for (let f = network.offsets[item] as number; f < end; f++) {
        featureKeys[entries] = features.of(network.features[f] as number);
        featureSlots[entries++] = s;
      }
    }
    byFeature.group(featureKeys, entries, features.count, featureSlots);
  }

  return {
    get rows() {
      return now.rows;
    },
    get candidates() {
      return now.candidates;
    },
    get count() {
      return now.count;
    },
    get entries() {
      return now.entries;
    },
    ...{ ids: slots.ids, keep, offsets, targets, weights, segments, starts, places, rowOf, byItem, bySegment, featureWeights },
    features: {
      ids: features.ids,
      slots: byFeature,
      get count() {
        return features.count;
      },
    },
    prepare(chosen, random) {
      now.rows = chosen.length;
      now.candidates = drawCandidates(chosen, random);
      now.entries = lookAtHistories(chosen);
      now.count = slots.count;
      for (let s = 0; s < now.count; s++) keep.values[s] = Number(random.uniform() >= idDropout);
      byItem.group(places, now.entries, now.count);
      bySegment.group(segments, now.rows, noSegment + 1);
      lookAtFeatures(now.count);
    },
  };
}

/** Features of the `count` items that have most. */
function largestSums({ offsets, shape: { items } }: Network, count: number): number {
  const lengths = Int32Array.from({ length: items }, (_, i) => (offsets[i + 1] as number) - (offsets[i] as number)).sort();
  let sum = 0;
  for (let i = Math.max(0, items - count); i < items; i++) sum += lengths[i] as number;
  return Math.max(1, sum);
}
