import type { ScanKernel, ScanResult, ScanTable } from '../kernel/scan.ts';
import type { JoinedLists } from './list.ts';
import type { ListDirectory } from './lists.ts';

/** Vectors that can be asked. */
export interface VectorIndex {
  readonly n: number;
  readonly dim: number;
  /**
   * The k rows nearest to the query (float32 [dim]) by inner product, descending; rows are those of the vector table. `probes`: lists to look into, by
   * default the directory's; an index without lists looks at everything.
   */
  search(query: Float32Array, k: number, probes?: number): ScanResult;
}

/** Exact search of every row. No tuning: the one to use up to some 500,000 rows. */
export function flatIndex(openKernel: () => ScanKernel, table: ScanTable): VectorIndex {
  const kernel = openKernel();
  return { n: table.n, dim: table.dim, search: (query, k) => kernel.search(table, query, k) };
}

/** Numbers of the lists to look into for a query (float32 [dim]), most promising first. */
export type ChooseLists = (query: Float32Array, probes: number) => Uint32Array;

/** Groups of centroids that are looked into, however few lists are wanted. */
const leastGroups = 8;

/**
 * Lists are chosen by the inner product with their mean plus the length of the query times their spread: among rows of a list the best are about so much
 * better than the mean.
 * @param openKernel A fresh kernel: centroids and groups of centroids each need one.
 */
export function listChooser(
  openKernel: () => ScanKernel,
  { dim, centroids, groups }: Pick<ListDirectory, 'dim' | 'centroids' | 'groups'>,
): ChooseLists {
  const [centroidKernel, groupKernel] = [openKernel(), openKernel()];
  const wide = new Float32Array(dim + 1);
  return (query, probes) => {
    wide.set(query);
    wide[dim] = lengthOf(query);
    // Lists of a query are in few groups: as many groups as lists are more than enough.
    const near = groups && groupKernel.search(groups, wide, Math.max(leastGroups, probes)).ordinals;
    return centroidKernel.search(centroids, wide, probes, near).ordinals;
  };
}

/** Search of inverted lists that are all here. @param rows Rows in the order of the directory (`rowsInLists`). */
export function listIndex(openKernel: () => ScanKernel, directory: ListDirectory, rows: ScanTable): VectorIndex {
  const choose = listChooser(openKernel, directory);
  const kernel = openKernel();
  const { n, dim, order } = directory;
  return {
    n,
    dim,
    search(query, k, probes = directory.probes) {
      if (query.length !== dim) throw new RangeError(`search: query of ${query.length}, vectors of ${dim}`);
      return renumbered(kernel.search(rows, query, k, choose(query, probes)), order);
    },
  };
}

/** Search of some lists that were fetched (`joinLists`), by a device that keeps its query to itself. */
export function searchLists(kernel: ScanKernel, { rows, table }: JoinedLists, query: Float32Array, k: number): ScanResult {
  return renumbered(kernel.search(table, query, k), rows);
}

function renumbered({ ordinals, scores }: ScanResult, rows: Uint32Array): ScanResult {
  return { ordinals: ordinals.map((entry) => rows[entry] as number), scores };
}

function lengthOf(query: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < query.length; i++) sum += (query[i] as number) ** 2;
  return Math.sqrt(sum);
}
