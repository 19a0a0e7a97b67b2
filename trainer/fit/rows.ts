/**
 * Lists to learn an order from: list q holds rows `offsets[q]` to `offsets[q + 1]`. Lists are in time order, so that the last ones can
 * judge when to stop.
 */
export interface RankingRows {
  /** Number of features. */
  readonly columns: number;
  readonly lists: number;
  /** [lists + 1]. */
  readonly offsets: Uint32Array;
  /** Row-major [rows x columns]; NaN = missing. */
  readonly features: Float32Array;
  /** [rows]: label weight of what was chosen, 0 of what was not. Each list has at least one positive. */
  readonly labels: Float32Array;
}

/** Lists `from` (inclusive) to `to` (exclusive) as views; offsets stay those of the whole. */
export interface ListRange {
  readonly rows: RankingRows;
  readonly from: number;
  readonly to: number;
}
