import type { Ordinal } from '../contract/id.ts';
import { decodeTable, encodeTable, sectionOf, TableRefused } from '../contract/table.ts';
import type { Retrieved } from './retrieved.ts';
import { top } from './top.ts';
import { createUnion } from './union.ts';

/** Item-to-item lists in compressed sparse rows: the neighbours of item i are entries offsets[i] to offsets[i + 1]. */
export interface SimilarTable {
  readonly n: number;
  /** [n + 1], ascending. */
  readonly offsets: Uint32Array;
  /** Neighbours, most similar first within a row. */
  readonly ordinals: Uint32Array;
  readonly scores: Float32Array;
}

/** The table of one list per item. @param listOf Neighbours of an ordinal, best first. */
export function similarTable(n: number, listOf: (ordinal: Ordinal) => Retrieved): SimilarTable {
  const lists = Array.from({ length: n }, (_, ordinal) => listOf(ordinal));
  const offsets = new Uint32Array(n + 1);
  for (const [i, list] of lists.entries()) offsets[i + 1] = (offsets[i] as number) + list.ordinals.length;
  const ordinals = new Uint32Array(offsets[n] ?? 0);
  const scores = new Float32Array(ordinals.length);
  for (const [i, list] of lists.entries()) {
    ordinals.set(list.ordinals, offsets[i]);
    scores.set(list.scores, offsets[i]);
  }
  return { n, offsets, ordinals, scores };
}

export const encodeSimilar = ({ offsets, ordinals, scores }: SimilarTable): Uint8Array<ArrayBuffer> =>
  encodeTable({ kind: 'similar', meta: {}, sections: { offsets, ordinals, scores } });

/** @throws TableRefused when the bytes are not such a table, a row is out of bounds or a neighbour is not an item. */
export function decodeSimilar(bytes: Uint8Array): SimilarTable {
  const table = decodeTable(bytes, 'similar');
  const offsets = sectionOf(table, 'offsets', 'u32');
  const ordinals = sectionOf(table, 'ordinals', 'u32');
  const scores = sectionOf(table, 'scores', 'f32');
  const n = offsets.length - 1;
  if (n < 0 || offsets[0] !== 0 || offsets[n] !== ordinals.length || scores.length !== ordinals.length)
    throw new TableRefused('similar: rows and entries do not add up');
  for (let i = 0; i < n; i++)
    if ((offsets[i] as number) > (offsets[i + 1] as number)) throw new TableRefused(`similar: row ${i} is out of bounds`);
  for (const ordinal of ordinals) if (ordinal >= n) throw new TableRefused(`similar: neighbour ${ordinal} of ${n} items`);
  return { n, offsets, ordinals, scores };
}

/**
 * Items similar to the seeds: score = sum over seeds of decay^rank x similarity, rank 0 = newest. Seeds themselves are left out.
 * @param seeds Newest first.
 * @throws RangeError when a seed is not an item of the table.
 */
export function similar(table: SimilarTable, seeds: readonly Ordinal[], limit: number, decay = 0.8): Retrieved {
  let entries = seeds.length;
  for (const seed of seeds) {
    if (!(seed >= 0 && seed < table.n)) throw new RangeError(`similar: seed ${seed} of ${table.n} items`);
    entries += (table.offsets[seed + 1] as number) - (table.offsets[seed] as number);
  }
  const union = createUnion(entries);
  const sums = new Float32Array(entries);
  for (const [rank, seed] of seeds.entries()) {
    const weight = decay ** rank;
    for (let at = table.offsets[seed] as number; at < (table.offsets[seed + 1] as number); at++) {
      const slot = union.slotOf(table.ordinals[at] as number);
      sums[slot] = (sums[slot] as number) + weight * (table.scores[at] as number);
    }
  }
  for (const seed of seeds) sums[union.slotOf(seed)] = Number.NaN;
  return top(union.ordinals, sums, union.size(), limit);
}
