import { decodeTable, encodeTable, sectionOf, TableRefused } from '../contract/table.ts';
import type { ScanKernel, ScanResult } from '../kernel/scan.ts';
import type { VectorIndex } from './search.ts';
import { scanTableOf, type VectorTable } from './table.ts';

/**
 * What changed since an index was built: a small file beside it, searched whole. Rows from n on are the added ones; a row that has another vector now is
 * removed and added.
 */
export interface IndexDelta {
  /** Rows of the index that it was made for. */
  readonly n: number;
  /** Rows of the index that are gone, ascending. */
  readonly removed: Uint32Array;
  readonly added: VectorTable;
}

const kind = 'delta';

export function encodeDelta({ n, removed, added }: IndexDelta): Uint8Array<ArrayBuffer> {
  const { data, scales, exact, dim } = added;
  return encodeTable({ kind, meta: { n, dim, added: added.n }, sections: { removed, data, scales, ...(exact && { exact }) } });
}

/** @throws TableRefused when the bytes are not a delta or its parts do not fit together. */
export function decodeDelta(bytes: Uint8Array): IndexDelta {
  const table = decodeTable(bytes, kind);
  const { n, dim, added } = table.meta;
  const removed = sectionOf(table, 'removed', 'u32');
  const ascending = removed.every((row, i) => i === 0 || row > (removed[i - 1] as number));
  if (typeof n !== 'number' || !ascending || (removed.at(-1) ?? -1) >= n)
    throw new TableRefused(`delta: ${removed.length} removed rows of ${n} are not ascending rows of the index`);
  return { n, removed, added: scanTableOf(table, added, dim) };
}

/** The index as it is with the delta. @throws RangeError when the delta was made for another index. */
export function withDelta(index: VectorIndex, delta: IndexDelta, openKernel: () => ScanKernel): VectorIndex {
  const { n, removed, added } = delta;
  if (index.n !== n || (added.n > 0 && added.dim !== index.dim))
    throw new RangeError(`delta for ${n} x ${added.dim}, index of ${index.n} x ${index.dim}`);
  const gone = new Set(removed);
  const kernel = openKernel();
  return {
    n: n + added.n,
    dim: index.dim,
    search(query, k, probes) {
      // As many more as could be gone, but not so many that a large delta makes every search a large one.
      const found = index.search(query, k + Math.min(gone.size, k), probes);
      const fresh = added.n > 0 ? kernel.search(added, query, k) : { ordinals: new Uint32Array(0), scores: new Float32Array(0) };
      return merged(found, gone, fresh, n, k);
    },
  };
}

/** The best k of both, descending, ties by lower row. */
function merged(found: ScanResult, gone: ReadonlySet<number>, fresh: ScanResult, n: number, k: number): ScanResult {
  const ordinals = new Uint32Array(k);
  const scores = new Float32Array(k);
  let [i, j, count] = [0, 0, 0];
  while (count < k && (i < found.ordinals.length || j < fresh.ordinals.length)) {
    if (i < found.ordinals.length && gone.has(found.ordinals[i] as number)) {
      i++;
      continue;
    }
    const old = i < found.ordinals.length && !((fresh.scores[j] ?? Number.NEGATIVE_INFINITY) > (found.scores[i] as number));
    ordinals[count] = old ? (found.ordinals[i] as number) : n + (fresh.ordinals[j] as number);
    scores[count++] = (old ? found.scores[i++] : fresh.scores[j++]) as number;
  }
  return { ordinals: ordinals.slice(0, count), scores: scores.slice(0, count) };
}
