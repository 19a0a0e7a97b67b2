import { decodeTable, encodeTable, sectionOf, TableRefused } from '../contract/table.ts';
import type { ScanTable } from '../kernel/scan.ts';
import { type ListDirectory, rowsInLists } from './lists.ts';
import { scanTableOf, type VectorTable } from './table.ts';

/**
 * One inverted list as a file of its own: immutable, addressed by its digest, cacheable anywhere. Who has the directory can choose lists, fetch them and
 * search them without telling anybody the query.
 */
export interface VectorList {
  /** Rows of the vector table, ascending. */
  readonly rows: Uint32Array;
  readonly table: ScanTable;
}

const kind = 'list';

/** The files of all lists, in the order of the directory. */
export function encodeListFiles(vectors: VectorTable, directory: ListDirectory): Uint8Array<ArrayBuffer>[] {
  const { data, scales, exact } = rowsInLists(vectors, directory);
  const { offsets, order, dim } = directory;
  return Array.from({ length: offsets.length - 1 }, (_, l) => {
    const [from, to] = [offsets[l] as number, offsets[l + 1] as number];
    return encodeTable({
      kind,
      meta: { dim },
      sections: {
        rows: order.subarray(from, to),
        data: data.subarray(from * dim, to * dim),
        scales: scales.subarray(from, to),
        ...(exact && { exact: exact.subarray(from * dim, to * dim) }),
      },
    });
  });
}

/** @throws TableRefused when the bytes are not a list or its parts do not fit together. */
export function decodeList(bytes: Uint8Array): VectorList {
  const table = decodeTable(bytes, kind);
  const rows = sectionOf(table, 'rows', 'u32');
  return { rows, table: scanTableOf(table, rows.length, table.meta.dim) };
}

/** Several lists as one table. */
export interface JoinedLists {
  /** Row of the vector table of each row of `table`. */
  readonly rows: Uint32Array;
  readonly table: ScanTable;
}

/** @throws TableRefused when the lists are of different indexes. */
export function joinLists(lists: readonly VectorList[]): JoinedLists {
  const n = lists.reduce((sum, { rows }) => sum + rows.length, 0);
  const dim = lists[0]?.table.dim ?? 0;
  const exactToo = lists.every(({ table }) => table.exact);
  const rows = new Uint32Array(n);
  const [data, scales, exact] = [new Int8Array(n * dim), new Float32Array(n), exactToo ? new Float32Array(n * dim) : undefined];
  let at = 0;
  for (const { rows: own, table } of lists) {
    if (table.dim !== dim) throw new TableRefused(`lists of ${table.dim} and of ${dim} dimensions`);
    rows.set(own, at);
    data.set(table.data, at * dim);
    scales.set(table.scales, at);
    if (table.exact) exact?.set(table.exact, at * dim);
    at += own.length;
  }
  return { rows, table: { n, dim, data, scales, ...(exact && { exact }) } };
}
