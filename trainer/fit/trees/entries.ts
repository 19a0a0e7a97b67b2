import type { Pool } from '../../adapter/pool.ts';
import type { Binned } from './binned.ts';

/** Bins of rows other than their column's most frequent one, in shared memory: addresses of what assembly/trees.ts, `sparseHistogram`, reads. */
export interface Entries {
  /** uint8 [columns]: the most frequent bin. */
  readonly usual: number;
  /** int32 [rows + 1]: where a row's entries begin. */
  readonly starts: number;
  /** uint32 [entries]. */
  readonly entries: number;
}

/** An entry is four bytes where a bin is one, and is found by its row: with more of them all bins are added up as fast. */
const mostShare = 0.5;
const rowsPerSlice = 2048;

/** @param width bytes of a column's histogram. @returns undefined where too many bins are not the most frequent one of their column. */
export function createEntries(pool: Pool, { rows, columns, address, stride }: Binned, width: number): Entries | undefined {
  const bins = new Uint8Array(pool.allocate(Uint8Array, 0).buffer, address, rows * stride);
  const counts = new Int32Array(columns * 256);
  for (let row = 0; row < rows; row++)
    for (let c = 0; c < columns; c++) {
      const at = c * 256 + (bins[row * stride + c] as number);
      counts[at] = (counts[at] as number) + 1;
    }
  const own = Uint8Array.from({ length: columns }, (_, c) => mostFrequent(counts.subarray(c * 256, (c + 1) * 256)));
  const total = own.reduce((sum, bin, c) => sum + rows - (counts[c * 256 + bin] as number), 0);
  if (total > mostShare * rows * columns) return undefined;
  const usual = pool.allocate(Uint8Array, columns);
  usual.set(own);
  const starts = pool.allocate(Int32Array, rows + 1);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let c = 0; c < columns; c++) if (bins[row * stride + c] !== own[c]) at++;
    starts[row + 1] = at;
  }
  const { byteOffset: entries } = pool.allocate(Uint32Array, total);
  const into = [usual.byteOffset, starts.byteOffset, width, entries];
  pool.run('toEntries', { rows, slice: rowsPerSlice }, address, stride, columns, ...into);
  return { usual: usual.byteOffset, starts: starts.byteOffset, entries };
}

/** Of equally frequent ones the first. */
function mostFrequent(counts: Int32Array): number {
  let best = 0;
  for (let bin = 1; bin < counts.length; bin++) if ((counts[bin] as number) > (counts[best] as number)) best = bin;
  return best;
}
