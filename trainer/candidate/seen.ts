import type { WeightedRows } from './weighted-rows.ts';

/** A matrix without its empty rows and columns, and what their neighbours are called there. */
export interface Seen {
  readonly pairs: WeightedRows;
  /** Column of the whole matrix of every column that is left, ascending. */
  readonly itemOfRow: Int32Array;
}

/** Leaves out users and items without an interaction: a million items that nobody met cost no factors. */
export function seenOnly(matrix: WeightedRows): Seen {
  const rowOfItem = new Int32Array(matrix.columns).fill(-1);
  for (const item of matrix.indices) rowOfItem[item] = 0;
  let seen = 0;
  for (let item = 0; item < matrix.columns; item++) if (rowOfItem[item] === 0) rowOfItem[item] = seen++;
  const itemOfRow = new Int32Array(seen);
  for (let item = 0; item < matrix.columns; item++)
    if ((rowOfItem[item] as number) >= 0) itemOfRow[rowOfItem[item] as number] = item;
  const offsets = matrix.offsets.filter((offset, r) => r === 0 || offset !== matrix.offsets[r - 1]);
  return {
    itemOfRow,
    pairs: {
      rows: offsets.length - 1,
      columns: seen,
      offsets,
      indices: matrix.indices.map((item) => rowOfItem[item] as number),
      ...(matrix.weights && { weights: matrix.weights }),
    },
  };
}
