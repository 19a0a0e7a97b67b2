import { decodeTable, encodeTable, sectionOf, TableRefused } from '../contract/table.ts';
import type { ScanTable } from '../kernel/scan.ts';
import { quantise, type VectorTable } from './table.ts';

/**
 * Inverted lists over a vector table (Jégou et al. 2011, without residuals): each row is in one list, and a search looks into the lists whose centroids
 * promise most. This is the directory; the rows are the vector table's own, or come list by list (`list.ts`).
 */
export interface ListDirectory {
  /** Rows of all lists. */
  readonly n: number;
  readonly dim: number;
  /** 'product': greatest inner product, whatever the lengths. 'cosine': rows were scaled to length 1 before they came here. */
  readonly metric: Metric;
  /** Lists to look into when nobody says how many: `recall` was measured with them. */
  readonly probes: number;
  /** Share of the true 100 nearest that a search finds with `probes`, measured on rows of the table; NaN: not measured. */
  readonly recall: number;
  /** [lists + 1]: list l has the entries offsets[l] to offsets[l + 1] of `order`. */
  readonly offsets: Uint32Array;
  /** [n]: row of the vector table at each entry; a permutation. */
  readonly order: Uint32Array;
  /**
   * [lists x (dim + 1)], in groups where there are many: the mean of the list's rows, and in the last column their spread, the root mean square distance
   * from the mean in one dimension. A query asks with its own length there, so that wide lists are looked into before narrow ones of the same centre.
   */
  readonly centroids: ScanTable;
  /** Centroids of the groups of centroids, in the same layout; absent: every centroid is compared. */
  readonly groups?: ScanTable;
}

export type Metric = 'product' | 'cosine';

const kind = 'lists';

export function encodeLists(directory: ListDirectory): Uint8Array<ArrayBuffer> {
  const { n, dim, metric, probes, recall, offsets, order, centroids, groups } = directory;
  return encodeTable({
    kind,
    meta: { n, dim, metric, probes, recall: Number.isNaN(recall) ? null : recall },
    sections: {
      offsets,
      order,
      centroids: centroids.data,
      centroidScales: centroids.scales,
      ...(groups && { groups: groups.data, groupScales: groups.scales, groupOffsets: centroids.offsets as Uint32Array }),
    },
  });
}

/** @throws TableRefused when the bytes are not such a table or its parts do not fit together. */
export function decodeLists(bytes: Uint8Array): ListDirectory {
  const table = decodeTable(bytes, kind);
  const { n, dim, metric, probes, recall } = table.meta;
  const offsets = sectionOf(table, 'offsets', 'u32');
  const order = sectionOf(table, 'order', 'u32');
  const lists = offsets.length - 1;
  const whole =
    typeof n === 'number' &&
    typeof dim === 'number' &&
    typeof probes === 'number' &&
    probes >= 1 &&
    (metric === 'product' || metric === 'cosine') &&
    (recall === null || typeof recall === 'number') &&
    order.length === n &&
    isPartition(offsets, n) &&
    isPermutation(order);
  if (!whole) throw new TableRefused(`lists: ${order.length} rows in ${lists} lists do not fit together`);
  const { groupOffsets } = table.sections;
  const grouped = groupOffsets && sectionOf(table, 'groupOffsets', 'u32');
  if (grouped && !isPartition(grouped, lists)) throw new TableRefused(`lists: groups do not hold the ${lists} lists`);
  const read = (name: string, scales: string, rows: number): ScanTable => {
    const data = sectionOf(table, name, 'i8');
    const found = { n: rows, dim: dim + 1, data, scales: sectionOf(table, scales, 'f32') };
    if (data.length !== rows * found.dim || found.scales.length !== rows)
      throw new TableRefused(`lists: ${name} of another size`);
    return found;
  };
  const centroids = read('centroids', 'centroidScales', lists);
  return {
    n,
    dim,
    metric,
    probes,
    recall: recall ?? Number.NaN,
    offsets,
    order,
    centroids: grouped ? { ...centroids, offsets: grouped } : centroids,
    ...(grouped && { groups: read('groups', 'groupScales', grouped.length - 1) }),
  };
}

function isPartition(offsets: Uint32Array, n: number): boolean {
  for (let i = 1; i < offsets.length; i++) if ((offsets[i] as number) < (offsets[i - 1] as number)) return false;
  return offsets[0] === 0 && offsets.at(-1) === n;
}

function isPermutation(order: Uint32Array): boolean {
  const seen = new Uint8Array(order.length);
  for (const row of order) {
    if (seen[row] !== 0) return false;
    seen[row] = 1;
  }
  return true;
}

/** The rows of a vector table in the order of the lists, so that a list is one stretch of memory. Copies. */
export function rowsInLists(table: VectorTable, { offsets, order, n, dim }: ListDirectory): ScanTable {
  if (table.n !== n || table.dim !== dim)
    throw new RangeError(`lists of ${n} x ${dim} over vectors of ${table.n} x ${table.dim}`);
  const data = new Int8Array(n * dim);
  const scales = new Float32Array(n);
  const exact = table.exact && new Float32Array(n * dim);
  for (let entry = 0; entry < n; entry++) {
    const row = order[entry] as number;
    data.set(table.data.subarray(row * dim, (row + 1) * dim), entry * dim);
    scales[entry] = table.scales[row] as number;
    exact?.set((table.exact as Float32Array).subarray(row * dim, (row + 1) * dim), entry * dim);
  }
  return { n, dim, data, scales, offsets, ...(exact && { exact }) };
}

/** Centroids and spreads as the directory keeps them. @param means [lists x dim] @param spreads [lists] */
export function centroidTable(means: Float32Array, spreads: Float32Array, dim: number): ScanTable {
  const lists = spreads.length;
  const wide = new Float32Array(lists * (dim + 1));
  for (let l = 0; l < lists; l++) {
    wide.set(means.subarray(l * dim, (l + 1) * dim), l * (dim + 1));
    wide[l * (dim + 1) + dim] = spreads[l] as number;
  }
  return quantise(wide, lists, dim + 1);
}
