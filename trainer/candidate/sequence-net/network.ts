import type { Indices, Matrix, Ops } from '../../neural/ops.ts';
import { createTransformer, type Noise, type Packed, type Transformer } from '../../neural/transformer.ts';
import type { Random } from '../../random.ts';

export interface NetworkShape {
  /** Items that have a vector. */
  readonly items: number;
  readonly rank: number;
  readonly heads: number;
  readonly blocks: number;
  /** Interactions of a history that are looked at. */
  readonly last: number;
}

/**
 * Self-attentive sequential recommendation (Kang and McAuley 2018). Token of the item i, a steps before the newest of its window:
 *
 *   x = sqrt(rank) e_i + place_a,   u = transformer(x)   (neural/transformer.ts),   score of item j = u . e_j
 *
 * Item vectors are the same at both ends, so that vectors of a release are all that the encoder needs.
 */
export interface Network {
  readonly shape: NetworkShape;
  /** [items + 1, to a multiple of 8, x rank]; rows beyond the items are 0 and belong to no item. */
  readonly table: Matrix;
  /** By age, [last x rank]. */
  readonly places: Matrix;
  readonly transformer: Transformer;
}

export const paddedItems = (items: number): number => Math.ceil((items + 1) / 8) * 8;

export function createNetwork(
  ops: Ops,
  shape: NetworkShape,
  more: { readonly capacity: number; readonly random: Random; readonly trained: boolean },
): Network {
  const { items, rank, last } = shape;
  const table = ops.matrix(paddedItems(items), rank);
  const places = ops.matrix(last, rank);
  const deviation = 0.02;
  for (let k = 0; k < items * rank; k++) table.values[k] = deviation * more.random.normal();
  for (let k = 0; k < places.values.length; k++) places.values[k] = deviation * more.random.normal();
  return {
    shape,
    table,
    places,
    transformer: createTransformer(ops, { width: rank, heads: shape.heads, blocks: shape.blocks }, more),
  };
}

/** Tokens of a pass. */
export interface Tokens extends Packed {
  /** Rows of `vectors`. */
  readonly ids: Indices;
  readonly ages: Indices;
  readonly vectors: Matrix;
}

export const tokenScale = (rank: number): number => Math.sqrt(rank);

/** Fills the transformer's output. */
export function encode(ops: Ops, { shape, places, transformer }: Network, tokens: Tokens, noise: Noise): void {
  const rows = tokens.tokens;
  const { input } = transformer;
  ops.gather(tokens.vectors, tokens.ids, input, { rows, scale: tokenScale(shape.rank), places: tokens.ages, added: places });
  if (noise.rate > 0) ops.dropout(input, undefined, input, { rows, rate: noise.rate, seed: noise.seed });
  transformer.forward(tokens, noise);
}
