import type { Random } from '../../random.ts';

/** What a neural ranker looks like. */
export interface NetworkShape {
  /** Features of a row. */
  readonly columns: number;
  readonly hidden: readonly number[];
  /** Logits of a row. */
  readonly heads: number;
  readonly attention?: AttentionShape;
}

export interface AttentionShape {
  /** Rows of the table of embeddings, the first of which is nothing, and their width, a multiple of 8. */
  readonly ids: number;
  readonly dim: number;
  /** What is known of an event of the history. */
  readonly context: number;
}

/** Where a matrix of parameters lies among all of them, in elements; rows and columns are padded to multiples of 8. */
export interface Block {
  readonly at: number;
  readonly rows: number;
  readonly columns: number;
}

export interface LayerBlocks {
  readonly weights: Block;
  readonly bias: Block;
  /** Without what pads them. */
  readonly inputs: number;
  readonly outputs: number;
}

export interface AttentionBlocks {
  readonly table: Block;
  readonly query: Block;
  readonly value: Block;
  readonly contextValue: Block;
  readonly contextBias: Block;
  readonly similarityWeight: Block;
}

/** All parameters of a network in one block of float32: weights, which decay, then biases, then attention. */
export interface Layout {
  readonly shape: NetworkShape;
  /** Features, padded: inputs of the first layer are [standardised | missing | attention], each padded. */
  readonly padded: number;
  readonly width: number;
  readonly layers: readonly LayerBlocks[];
  /** [heads x inputs] */
  readonly out: LayerBlocks;
  readonly attention?: AttentionBlocks;
  /** Elements that decay, and all; multiples of 64. */
  readonly decayed: number;
  readonly length: number;
}

export const padded8 = (n: number): number => Math.ceil(n / 8) * 8;
const padded64 = (n: number): number => Math.ceil(n / 64) * 64;

/** What attention adds to the inputs of the first layer: [candidate | pooled | product | attended similarity]. */
export const attentionInputs = (dim: number): number => 3 * dim + 1;

/** Inputs of the first layer, without what pads them. */
export const inputsOf = ({ columns, attention }: NetworkShape): number =>
  2 * columns + (attention ? attentionInputs(attention.dim) : 0);

export function createLayout(shape: NetworkShape): Layout {
  const { columns, hidden, heads, attention } = shape;
  const padded = padded8(columns);
  const width = 2 * padded + (attention ? 3 * attention.dim + 8 : 0);
  let end = 0;
  const block = (rows: number, width: number): Block => {
    const at = end;
    end += rows * width;
    return { at, rows, columns: width };
  };
  const sizes = [inputsOf(shape), ...hidden];
  const weights = hidden.map((outputs, l) => block(l === 0 ? width : padded8(sizes[l] as number), padded8(outputs)));
  const outWeights = block(heads, hidden.length > 0 ? padded8(hidden.at(-1) as number) : width);
  end = padded64(end);
  const decayed = end;
  const layers = hidden.map((outputs, l): LayerBlocks => {
    const bias = block(1, padded8(outputs));
    return { weights: weights[l] as Block, bias, inputs: sizes[l] as number, outputs };
  });
  const out = { weights: outWeights, bias: block(1, padded8(heads)), inputs: sizes.at(-1) as number, outputs: heads };
  const own = attention && {
    table: block(attention.ids, attention.dim),
    query: block(attention.dim, attention.dim),
    value: block(attention.dim, attention.dim),
    contextValue: block(padded8(attention.context), attention.dim),
    contextBias: block(1, padded8(attention.context)),
    similarityWeight: block(1, 8),
  };
  return { shape, padded, width, layers, out, decayed, length: padded64(end), ...(own && { attention: own }) };
}

/** Where input i of the first layer lies among the padded ones. */
export function inputPlace({ shape: { columns }, padded }: Layout, i: number): number {
  if (i < columns) return i;
  return i < 2 * columns ? padded + i - columns : 2 * padded + i - 2 * columns;
}

/**
 * First values: He initialisation (He et al. 2015), which keeps the variance through ReLU; the heads start small, so that first scores are near 0. Attention
 * starts at the similarity of vectors.
 */
export function initialise(layout: Layout, values: Float32Array, random: Random): void {
  for (const [l, { weights, inputs, outputs }] of layout.layers.entries()) {
    const deviation = Math.sqrt(2 / inputs);
    for (let i = 0; i < inputs; i++) {
      const row = weights.at + (l === 0 ? inputPlace(layout, i) : i) * weights.columns;
      for (let o = 0; o < outputs; o++) values[row + o] = deviation * random.normal();
    }
  }
  const { weights, inputs, outputs } = layout.out;
  for (let i = 0; i < inputs; i++) {
    const at = weights.at + (layout.layers.length === 0 ? inputPlace(layout, i) : i);
    for (let k = 0; k < outputs; k++) values[at + k * weights.columns] = (0.1 / Math.sqrt(inputs)) * random.normal();
  }
  const { attention } = layout;
  if (!attention) return;
  const { table, query, value, contextValue, similarityWeight } = attention;
  const fill = ({ at, rows, columns }: Block, deviation: number, from = 0) => {
    for (let k = at + from * columns; k < at + rows * columns; k++) values[k] = deviation * random.normal();
  };
  fill(table, 0.1, 1);
  for (const square of [query, value]) fill(square, 1 / Math.sqrt(square.columns));
  fill({ ...contextValue, rows: layout.shape.attention?.context ?? 0 }, 0.1);
  values[similarityWeight.at] = 1;
}

/** A block without what pads it: [rows x columns]; `place` says where a row lies. */
export function unpadded(
  values: Float32Array,
  block: Block,
  rows: number,
  columns: number,
  place: (row: number) => number = (row) => row,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    const from = block.at + place(r) * block.columns;
    out.set(values.subarray(from, from + columns), r * columns);
  }
  return out;
}

/** One dense layer as it goes into the model file: weights row-major [inputs x outputs]. */
export interface DenseLayer {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly outputs: number;
}

/** The hidden layers and the heads. */
export function denseLayers(layout: Layout, values: Float32Array): DenseLayer[] {
  const layers = layout.layers.map(({ weights, bias, inputs, outputs }, l) => ({
    weights: unpadded(values, weights, inputs, outputs, (i) => (l === 0 ? inputPlace(layout, i) : i)),
    bias: unpadded(values, bias, 1, outputs),
    outputs,
  }));
  const { weights, bias, inputs, outputs } = layout.out;
  const out = new Float32Array(inputs * outputs);
  for (let i = 0; i < inputs; i++) {
    const from = weights.at + (layers.length === 0 ? inputPlace(layout, i) : i);
    for (let k = 0; k < outputs; k++) out[i * outputs + k] = values[from + k * weights.columns] as number;
  }
  return [...layers, { weights: out, bias: unpadded(values, bias, 1, outputs), outputs }];
}
