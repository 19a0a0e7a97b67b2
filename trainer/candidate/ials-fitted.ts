import { openProduct } from '../adapter/product.ts';
import { type FoldedHistory, openFoldIn } from './als-fold.ts';
import type { Penalty } from './als-solver.ts';
import type { CandidateArtifact, FittedModel, History } from './model.ts';

export interface ItemSide {
  /** [rows x stride], row-major; rows are the items with an interaction. */
  readonly factors: Float32Array;
  readonly stride: number;
  readonly rank: number;
  /** Of the whole catalogue. */
  readonly items: number;
  readonly itemOfRow: Int32Array;
  readonly penalty: Penalty;
  /** See IalsSettings. */
  readonly halfLife: number;
}

export interface FittedIals extends FittedModel {
  readonly artifact: Required<Pick<CandidateArtifact, 'vectors'>>;
}

/** Histories that are scored at once. */
const batch = 128;

/** Scores are inner products of item factors with the exactly folded-in vector of the history's distinct items; -Infinity where there is neither. */
export async function fittedIals({ factors, stride, rank, items, itemOfRow, penalty, halfLife }: ItemSide): Promise<FittedIals> {
  const rows = itemOfRow.length;
  const foldIn = await openFoldIn(factors, stride, penalty);
  const product = await openProduct(factors, rows, stride);
  const own = factors.slice();
  const rowOfItem = new Int32Array(items).fill(-1);
  for (let row = 0; row < rows; row++) rowOfItem[itemOfRow[row] as number] = row;
  const fold = (history: History) => foldedHistory(history, rowOfItem, halfLife);
  const scores = new Float32Array(batch * rows);
  return {
    get bytes() {
      return foldIn.bytes + product.bytes + own.byteLength + rowOfItem.byteLength + scores.byteLength;
    },
    score(histories, out) {
      if (out.length !== histories.length * items)
        throw new RangeError(`ials: room for ${out.length} scores of ${histories.length} x ${items}`);
      for (let from = 0; from < histories.length; from += batch) {
        const known = histories.slice(from, from + batch).map(fold);
        product.multiply(foldIn.vectorsOf(known), scores.subarray(0, known.length * rows));
        for (const [h, past] of known.entries()) {
          const to = (from + h) * items;
          out.fill(Number.NEGATIVE_INFINITY, to, to + items);
          if (past.rows.length === 0) continue;
          for (let row = 0; row < rows; row++) out[to + (itemOfRow[row] as number)] = scores[h * rows + row] as number;
        }
      }
    },
    get artifact() {
      const values = new Float32Array(items * rank);
      for (let row = 0; row < rows; row++)
        values.set(own.subarray(row * stride, row * stride + rank), (itemOfRow[row] as number) * rank);
      return { vectors: { items, rank, values } };
    },
  };
}

/**
 * Distinct known items of a history, ascending by row, each with the weight of its newest interaction: 2^(-later / halfLife), `later` being how many
 * distinct items came at a later time. Interactions of one time weigh the same, so a history without an order weighs 1 throughout.
 */
function foldedHistory({ items, tMs }: History, rowOfItem: Int32Array, halfLife: number): FoldedHistory {
  const weight = new Map<number, number>();
  let later = 0;
  for (let e = items.length - 1; e >= 0; e--) {
    if (tMs[e] !== tMs[e + 1]) later = weight.size;
    const row = rowOfItem[items[e] as number] ?? -1;
    if (row >= 0 && !weight.has(row)) weight.set(row, 2 ** (-later / halfLife));
  }
  const rows = Int32Array.from(weight.keys()).sort();
  return { rows, weights: Float32Array.from(rows, (row) => weight.get(row) as number) };
}
