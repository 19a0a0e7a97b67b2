import { groupBy, type Interactions } from './interactions.ts';

/** Compressed sparse rows of a binary matrix: the columns of row r are `indices[offsets[r] .. offsets[r + 1]]`, ascending. */
export interface Sparse {
  readonly rows: number;
  readonly columns: number;
  /** [rows + 1]. */
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
}

/** The distinct (user, item) pairs as [users x items]. Linear: two counting sorts, by item and then by user. */
export function pairsOf(log: Interactions): Sparse {
  const byItem = groupBy(log.item, log.items).entries;
  const byUser = groupBy(
    byItem.map((entry) => log.user[entry] as number),
    log.users,
  );
  const offsets = new Int32Array(log.users + 1);
  const indices = new Int32Array(log.n);
  let n = 0;
  for (let u = 0; u < log.users; u++) {
    let previous = -1;
    for (let at = byUser.offsets[u] as number; at < (byUser.offsets[u + 1] as number); at++) {
      const item = log.item[byItem[byUser.entries[at] as number] as number] as number;
      if (item !== previous) indices[n++] = item;
      previous = item;
    }
    offsets[u + 1] = n;
  }
  return { rows: log.users, columns: log.items, offsets, indices: indices.slice(0, n) };
}

/** The same matrix by columns. */
export function transpose(matrix: Sparse): Sparse {
  const grouped = groupBy(matrix.indices, matrix.columns);
  const rowOfEntry = new Int32Array(matrix.indices.length);
  for (let r = 0; r < matrix.rows; r++) rowOfEntry.fill(r, matrix.offsets[r], matrix.offsets[r + 1]);
  const indices = grouped.entries.map((entry) => rowOfEntry[entry] as number);
  return { rows: matrix.columns, columns: matrix.rows, offsets: grouped.offsets, indices };
}
