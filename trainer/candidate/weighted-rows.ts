import { groupBy, type Interactions } from './interactions.ts';
import { pairsOf } from './sparse.ts';

/** Compressed sparse rows [rows x columns] with a weight per entry: entries of row r are `offsets[r]` to `offsets[r + 1]`, by ascending column. */
export interface WeightedRows {
  readonly rows: number;
  readonly columns: number;
  /** [rows + 1]. */
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  /** Absent: all 1. */
  readonly weights?: Float32Array;
}

/** What repeated interactions of a user with an item weigh: 1, as much as the strongest, or all together. */
export const weightings = ['once', 'strongest', 'sum'] as const;
export type Weighting = (typeof weightings)[number];

/** Distinct pairs [users x items]. Weights are divided by their mean, so that other settings mean the same for every log. */
export function weightedPairs(log: Interactions, weighting: Weighting): WeightedRows {
  const { rows, columns, offsets, indices } = pairsOf(log);
  if (weighting === 'once') return { rows, columns, offsets, indices };
  const weights = new Float64Array(indices.length);
  const { offsets: events, entries } = groupBy(log.user, log.users);
  const place = new Int32Array(columns);
  for (let u = 0; u < rows; u++) {
    for (let e = offsets[u] as number; e < (offsets[u + 1] as number); e++) place[indices[e] as number] = e;
    for (let at = events[u] as number; at < (events[u + 1] as number); at++) {
      const event = entries[at] as number;
      const e = place[log.item[event] as number] as number;
      const weight = log.weight[event] as number;
      weights[e] = weighting === 'sum' ? (weights[e] as number) + weight : Math.max(weights[e] as number, weight);
    }
  }
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return { rows, columns, offsets, indices, weights: Float32Array.from(weights, (weight) => weight / mean) };
}

/** The same matrix by columns. */
export function transposeWeighted(matrix: WeightedRows): WeightedRows {
  const { rows, columns, indices, weights } = matrix;
  const { offsets, entries } = groupBy(indices, columns);
  const row = new Int32Array(indices.length);
  for (let r = 0; r < rows; r++) row.fill(r, matrix.offsets[r], matrix.offsets[r + 1]);
  return {
    rows: columns,
    columns: rows,
    offsets,
    indices: entries.map((entry) => row[entry] as number),
    ...(weights && { weights: Float32Array.from(entries, (entry) => weights[entry] as number) }),
  };
}
