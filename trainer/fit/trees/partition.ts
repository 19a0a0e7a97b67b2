import type { Pool } from '../../adapter/pool.ts';
import type { Binned } from './binned.ts';

/** Fewer rows than this are not worth waking a thread for. */
const leastRowsPerChunk = 4096;

/** How many chunks of so many rows at least a pass over the rows has; results do not depend on it. */
export const chunksOf = (rows: number, threads: number, least: number): number =>
  threads === 1 ? 1 : Math.max(1, Math.min(2 * threads, Math.floor(rows / least)));

/** Sorts rows `begin` to `begin` + `rows` of the order by side, the left ones first, each side in its order. @returns how many went left. */
export type Partition = (
  begin: number,
  rows: number,
  split: { readonly column: number; readonly bin: number; readonly missingLeft: boolean },
) => number;

export function createPartition(pool: Pool, binned: Binned, order: Int32Array): Partition {
  const most = chunksOf(order.length, pool.threads, leastRowsPerChunk);
  const left = pool.allocate(Int32Array, most > 1 ? order.length : 0);
  const right = pool.allocate(Int32Array, order.length);
  const counts = pool.allocate(Int32Array, most);
  const places = pool.allocate(Int32Array, 3 * most);
  return (begin, rows, { column, bin, missingLeft }) => {
    const from = order.byteOffset + 4 * begin;
    const chunks = chunksOf(rows, pool.threads, leastRowsPerChunk);
    const chunk = Math.ceil(rows / chunks);
    // A lone chunk is put in its place as it is divided.
    const ownLeft = chunks === 1 ? from : left.byteOffset;
    const { stride } = binned;
    pool.run(
      'partition',
      { rows, slice: chunk },
      ...[from, binned.address + column, stride, bin, missingLeft ? 1 : 0, ownLeft, right.byteOffset, counts.byteOffset, chunk],
    );
    if (chunks === 1) return counts[0] as number;
    const goes = counts.subarray(0, chunks).reduce((sum, count) => sum + count, 0);
    for (let k = 0, before = 0; k < chunks; k++) {
      const own = counts[k] as number;
      places.set([own, before, goes + k * chunk - before], 3 * k);
      before += own;
    }
    pool.run('place', { rows: chunks, slice: 1 }, from, rows, left.byteOffset, right.byteOffset, places.byteOffset, chunk);
    return goes;
  };
}
