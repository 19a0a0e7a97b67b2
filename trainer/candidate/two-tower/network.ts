import { createParameters, type Parameters } from '../../neural/adam.ts';
import type { Indices, Matrix, Ops } from '../../neural/ops.ts';
import { createRandom, type Random } from '../../random.ts';
import type { ItemFeatures } from './features.ts';

export interface NetworkShape {
  readonly items: number;
  readonly segments: number;
  readonly rank: number;
  readonly hidden: number;
  /** Interactions of a history that are looked at. */
  readonly last: number;
}

type Dense = 'query' | 'places' | 'segments' | 'w1' | 'b1' | 'w2' | 'b2';

/**
 * Item tower: v_i = e_i + weight_i * sum of the vectors of the item's features, where e_i, the item's own vector, is dropped at random in training.
 *
 * User tower: p = attention-pooled vectors v of the last items + vector of the segment,   u = p + relu(p W1 + b1) W2 + b2.
 *
 * The score is u . v. Both towers read the same vectors, so that the user tower needs nothing but vectors of a release, of new items too.
 */
export interface Network extends UserTower {
  /** Item vectors of their own; the last row belongs to no item. */
  readonly own: Matrix;
  readonly featureVectors: Matrix;
  readonly offsets: Indices;
  readonly features: Indices;
  readonly weights: Matrix;
}

export interface UserTower {
  readonly shape: NetworkShape;
  readonly dense: Parameters<Dense>;
}

const paddedPlaces = (last: number): number => Math.ceil(last / 8) * 8;

/** @param seen which items have a vector of their own. */
export function createNetwork(ops: Ops, shape: NetworkShape, features: ItemFeatures, seen: Uint8Array, seed: number): Network {
  const { rank, items } = shape;
  const random = createRandom(seed, 'two-tower');
  // Small, and nothing for attributes: an item that few met is then told by what was learnt, not by noise.
  const deviation = 0.1 / Math.sqrt(rank);
  const own = ops.matrix(items + 1, rank);
  for (let i = 0; i < items; i++)
    if (seen[i]) for (let k = i * rank; k < (i + 1) * rank; k++) own.values[k] = deviation * random.normal();
  const featureVectors = ops.matrix(features.count, rank);
  const { dense } = createUserTower(ops, shape, random);
  const share = (values: Int32Array) => {
    const shared = ops.indices(values.length);
    shared.set(values);
    return shared;
  };
  const weights = ops.matrix(items + 1, 1);
  weights.values.set(features.weights);
  return { shape, own, featureVectors, offsets: share(features.offsets), features: share(features.features), weights, dense };
}

export function createUserTower(ops: Ops, shape: NetworkShape, random: Random): UserTower {
  const { rank, hidden, last, segments } = shape;
  const dense = createParameters<Dense>(
    ops,
    {
      query: [1, rank, { fill: 0 }],
      places: [1, paddedPlaces(last), { fill: 0 }],
      segments: [segments + 1, rank, { fill: 0 }],
      w1: [rank, hidden, { deviation: Math.sqrt(2 / rank) }],
      b1: [1, hidden, { fill: 0 }],
      w2: [hidden, rank, { deviation: 0.1 / Math.sqrt(hidden) }],
      b2: [1, rank, { fill: 0 }],
    },
    random,
  );
  return { shape, dense };
}

/** out[s] = vector of item ids[s], its own part times keep[s]. */
export function itemVectors(
  ops: Ops,
  network: Network,
  slots: { readonly ids: Indices; readonly count: number; readonly keep: Matrix },
  out: Matrix,
): void {
  const { own, offsets, features, weights, featureVectors } = network;
  const table = [slots.ids.byteOffset, slots.keep.at, own.at, offsets.byteOffset, features.byteOffset, weights.at];
  ops.pool.run('itemVectors', { rows: slots.count, slice: 256 }, ...table, featureVectors.at, out.at, out.step);
}

/** Histories of a batch: row r holds places starts[r] to starts[r + 1] of `slots`, rows of `vectors`, oldest first. */
export interface Histories {
  readonly rows: number;
  readonly starts: Indices;
  readonly slots: Indices;
  readonly vectors: Matrix;
  /** By row: the segment, or `shape.segments` where it is unknown. */
  readonly segments: Indices;
}

/** What the user tower computes on the way, for up to `rows` histories. */
export interface UserActivations {
  readonly weights: Matrix;
  readonly pooled: Matrix;
  readonly input: Matrix;
  readonly hidden: Matrix;
  readonly out: Matrix;
  readonly identity: Indices;
}

export function createActivations(ops: Ops, { rank, hidden, last }: NetworkShape, rows: number): UserActivations {
  const identity = ops.indices(rows);
  for (let r = 0; r < rows; r++) identity[r] = r;
  return {
    weights: ops.matrix(rows * last, 1),
    pooled: ops.matrix(rows, rank),
    input: ops.matrix(rows, rank),
    hidden: ops.matrix(rows, hidden),
    out: ops.matrix(rows, rank),
    identity,
  };
}

export function userVectors(ops: Ops, { dense }: UserTower, histories: Histories, activations: UserActivations): void {
  const { rows, starts, slots, vectors, segments } = histories;
  const { weights, pooled, input, hidden, out, identity } = activations;
  const { query, places, segments: table, w1, b1, w2, b2 } = dense.of;
  const from = [starts.byteOffset, slots.byteOffset, vectors.at, query.at, places.at, weights.at];
  ops.pool.run('pool', { rows, slice: 64 }, ...from, pooled.at, pooled.step);
  ops.gather(pooled, identity, input, { rows, places: segments, added: table });
  ops.product(input, w1, hidden, { rows, bias: b1 });
  ops.rectify(hidden, hidden, { rows, rate: 0, seed: 0 });
  ops.product(hidden, w2, out, { rows, bias: b2 });
  ops.dropout(input, out, out, { rows, rate: 0, seed: 0 });
}
