import type { Pool, SharedArrayType } from '../../adapter/pool.ts';
import { weightedLabels } from '../rows.ts';
import type { Standard } from '../standardise.ts';
import { longestList, type NetworkData } from './data.ts';
import { type Layout, padded8 } from './layout.ts';
import { mostRowsOfSlice, mostSlices } from './slices.ts';

/** Words of the kernel's RankerPlan (shared/kernel/assembly/_ranker-plan.ts), in its order. */
const words = [
  ...['columns', 'padded', 'mean', 'rate', 'features', 'offsets', 'labels', 'places', 'rowWeights', 'outcomes', 'heads', 'blend'],
  ...['headWeights', 'chosen', 'slices', 'gradients', 'gradientStep', 'losses', 'width', 'depth', 'layers'],
  ...['outWeights', 'outBias', 'mostRows', 'dim', 'attributes', 'candidateIds', 'historyOffsets', 'historyIds', 'context'],
  ...['contextColumns', 'similarity', 'similarityOffsets', 'mostHistory', 'table', 'query', 'value', 'contextValue'],
  ...['contextBias', 'similarityWeight'],
] as const;
const layerWords = 6;
/** Packed panels of a product, and gaps. */
const fixedBytes = 16_384;

/** The data and a plan over it in a pool's memory. */
export interface OpenPlan {
  /** Address of the plan. */
  readonly at: number;
  readonly chosen: Int32Array;
  readonly begins: Int32Array;
  readonly losses: Float64Array;
  /** [mostSlices x layout.length] */
  readonly gradients: Float32Array;
}

/** Of one slice: rows at most, a multiple of 4. */
const mostRowsOf = ({ rows }: NetworkData, listsPerStep: number): number =>
  mostRowsOfSlice(Math.min(listsPerStep, rows.lists), longestList(rows));

/** Bytes of scratch that a thread needs: activations and slopes of a slice, and what attention keeps of a list. */
export function scratchBytes(layout: Layout, data: NetworkData, listsPerStep: number): number {
  const rows = mostRowsOf(data, listsPerStep) + 4;
  const widths = [layout.width, ...layout.layers.map(({ weights }) => weights.columns)];
  const activations = rows * (widths.reduce((sum, width) => sum + width, 0) + 4 * Math.max(...widths));
  const dim = layout.attention?.table.columns ?? 0;
  const history = data.attention ? padded8(longestList({ lists: data.rows.lists, offsets: data.attention.offsets })) : 0;
  const attention = 5 * dim * (rows + history) + 2 * rows * history + history + dim * dim;
  return 4 * (activations + rows * (2 * layout.shape.heads + 1) + attention) + fixedBytes;
}

/** @param listsPerStep most lists that are chosen at a time. */
export function openPlan(pool: Pool, layout: Layout, standard: Standard, data: NetworkData, listsPerStep: number): OpenPlan {
  const { rows, attention, blend, outcomes, rowWeights } = data;
  const share = <A extends { readonly length: number }>(type: SharedArrayType<A>, values: ArrayLike<number>): number => {
    const shared = pool.allocate(type, values.length);
    (shared as unknown as Float32Array).set(values);
    return (shared as unknown as Float32Array).byteOffset;
  };
  const chosen = pool.allocate(Int32Array, listsPerStep);
  const begins = pool.allocate(Int32Array, mostSlices + 1);
  const losses = pool.allocate(Float64Array, mostSlices);
  const gradients = pool.allocate(Float32Array, mostSlices * layout.length);
  const layers = layersOf(pool, layout);
  const values: Record<string, number> = {
    columns: rows.columns,
    padded: layout.padded,
    mean: share(Float32Array, standard.mean),
    rate: share(
      Float32Array,
      standard.std.map((deviation) => 1 / deviation),
    ),
    features: share(Float32Array, rows.features),
    offsets: share(Int32Array, rows.offsets),
    labels: share(Float32Array, weightedLabels(rows)),
    places: rows.examination ? share(Float32Array, rows.examination.map(Math.log)) : 0,
    rowWeights: rowWeights ? share(Float32Array, rowWeights) : 0,
    outcomes: outcomes ? share(Float32Array, outcomes.values) : 0,
    heads: layout.shape.heads,
    blend: share(Float32Array, blend),
    headWeights: outcomes ? share(Float32Array, outcomes.weights) : 0,
    chosen: chosen.byteOffset,
    slices: begins.byteOffset,
    gradients: gradients.byteOffset,
    gradientStep: 4 * layout.length,
    losses: losses.byteOffset,
    width: layout.width,
    depth: layout.layers.length,
    layers,
    outWeights: 4 * layout.out.weights.at,
    outBias: 4 * layout.out.bias.at,
    mostRows: mostRowsOf(data, listsPerStep),
  };
  if (attention && layout.attention) {
    const similarity = paddedSimilarity(rows.offsets, attention);
    const blocks = Object.entries(layout.attention).map(([name, { at }]) => [name, 4 * at]);
    Object.assign(values, Object.fromEntries(blocks), {
      dim: layout.attention.table.columns,
      attributes: attention.attributes,
      candidateIds: share(Int32Array, attention.candidateIds),
      historyOffsets: share(Int32Array, attention.offsets),
      historyIds: share(Int32Array, attention.historyIds),
      context: share(Float32Array, widened(attention.eventContext, attention.context)),
      contextColumns: padded8(attention.context),
      similarity: share(Float32Array, similarity.values),
      similarityOffsets: share(Int32Array, similarity.offsets),
      mostHistory: longestList({ lists: rows.lists, offsets: attention.offsets }),
    });
  }
  const plan = pool.allocate(Int32Array, words.length);
  for (const [i, name] of words.entries()) plan[i] = values[name] ?? 0;
  return { at: plan.byteOffset, chosen, begins, losses, gradients };
}

function layersOf(pool: Pool, { layers, padded, shape: { attention } }: Layout): number {
  const plan = pool.allocate(Int32Array, Math.max(1, layers.length) * layerWords);
  for (const [l, { weights, bias }] of layers.entries()) {
    const firstWanted = l === 0 ? 2 * padded : 0;
    const wanted = l > 0 || attention ? weights.rows - firstWanted : 0;
    const turned = wanted > 0 ? pool.allocate(Float32Array, weights.columns * wanted).byteOffset : 0;
    plan.set([weights.rows, weights.columns, 4 * weights.at, 4 * bias.at, turned, firstWanted], l * layerWords);
  }
  return plan.byteOffset;
}

/** Rows of similarities padded to multiples of 8. */
function paddedSimilarity(rowOffsets: Uint32Array, { offsets, similarity }: NonNullable<NetworkData['attention']>) {
  const lists = rowOffsets.length - 1;
  const starts = new Uint32Array(lists);
  const size = (list: number, of: Uint32Array) => (of[list + 1] as number) - (of[list] as number);
  let total = 0;
  for (let q = 0; q < lists; q++) {
    starts[q] = total;
    total += size(q, rowOffsets) * padded8(size(q, offsets));
  }
  const values = new Float32Array(total);
  for (let q = 0, from = 0; q < lists; q++) {
    const [rows, events] = [size(q, rowOffsets), size(q, offsets)];
    for (let r = 0; r < rows; r++, from += events)
      values.set(similarity.subarray(from, from + events), (starts[q] as number) + r * padded8(events));
  }
  return { values, offsets: starts };
}

function widened(values: Float32Array, columns: number): Float32Array {
  const width = padded8(columns);
  if (width === columns) return values;
  const out = new Float32Array((values.length / columns) * width);
  for (let r = 0; r * columns < values.length; r++) out.set(values.subarray(r * columns, (r + 1) * columns), r * width);
  return out;
}
