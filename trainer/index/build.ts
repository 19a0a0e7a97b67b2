import type { ScanKernel } from '../../shared/kernel/kernel.ts';
import { centroidTable, type ListDirectory, type Metric, rowsInLists } from '../../shared/vector/lists.ts';
import { flatIndex, listIndex, type VectorIndex } from '../../shared/vector/search.ts';
import { rowOf, type VectorTable } from '../../shared/vector/table.ts';
import { createRandom } from '../random.ts';
import { type Clusters, cluster, type Points } from './cluster.ts';

export interface ListSettings {
  readonly seed: number;
  readonly metric: Metric;
  /** Default: 1.6 sqrt(n), at which comparing centroids and comparing rows take about the same time. */
  readonly lists?: number;
  /** Centroids are grouped when there are more of them than this. Default: 65,000. */
  readonly groupsAbove?: number;
  /** Queries to choose the probes with [m x dim]. Default: rows of the table. */
  readonly queries?: Float32Array;
}

export interface BuiltLists {
  readonly directory: ListDirectory;
  /** Measured with increasing probes, until the least recall was reached. */
  readonly curve: readonly { readonly probes: number; readonly recall: number }[];
}

const defaultGroupsAbove = 65_000;
/** Recall of the true nearest that the default probes must reach. */
const leastRecall = 0.95;
const judgedNeighbours = 100;
const judgedQueries = 200;

/**
 * Makes inverted lists of a vector table and chooses the default probes: the least that find 95 % of the true 100 nearest, measured.
 * @throws RangeError for a table without rows or with fewer rows than lists.
 */
export function buildLists(table: VectorTable, openKernel: () => ScanKernel, settings: ListSettings): BuiltLists {
  const { n, dim } = table;
  const lists = settings.lists ?? Math.max(1, Math.min(n, Math.round(1.6 * Math.sqrt(n))));
  if (!(n > 0 && lists >= 1 && lists <= n)) throw new RangeError(`lists: ${lists} lists of ${n} vectors`);
  const points: Points = { n, dim, values: table.exact ?? floats(table) };
  const random = createRandom(settings.seed, 'lists');
  const clusters = cluster(points, lists, openKernel, random);
  const layout = layOut(points, clusters);
  const grouped = layout.spreads.length > (settings.groupsAbove ?? defaultGroupsAbove);
  const whole = grouped ? groupCentroids(layout, dim, openKernel, settings.seed) : layout;
  const directory: ListDirectory = {
    n,
    dim,
    metric: settings.metric,
    probes: 1,
    recall: Number.NaN,
    offsets: whole.offsets,
    order: whole.order,
    centroids: { ...centroidTable(whole.means, whole.spreads, dim), ...(whole.groups && { offsets: whole.groups.offsets }) },
    ...(whole.groups && { groups: centroidTable(whole.groups.means, whole.groups.spreads, dim) }),
  };
  const queries = settings.queries ?? sampledRows(points, createRandom(settings.seed, 'probes'));
  const curve = recallCurve(
    flatIndex(openKernel, table),
    listIndex(openKernel, directory, rowsInLists(table, directory)),
    queries,
    whole.spreads.length,
  );
  const { probes, recall } = curve.at(-1) as { probes: number; recall: number };
  return { directory: { ...directory, probes, recall }, curve };
}

function floats(table: VectorTable): Float32Array {
  const values = new Float32Array(table.n * table.dim);
  for (let row = 0; row < table.n; row++) values.set(rowOf(table, row), row * table.dim);
  return values;
}

interface Layout {
  readonly offsets: Uint32Array;
  readonly order: Uint32Array;
  readonly means: Float32Array;
  readonly spreads: Float32Array;
  readonly groups?: { readonly offsets: Uint32Array; readonly means: Float32Array; readonly spreads: Float32Array };
}

/** Clusters that have points, each a stretch of `order`, rows ascending within. */
function layOut({ n, dim, values }: Points, { k, of, means }: Clusters): Layout {
  const sizes = new Uint32Array(k);
  const squares = new Float64Array(k);
  for (let i = 0; i < n; i++) {
    const c = of[i] as number;
    sizes[c] = (sizes[c] as number) + 1;
    for (let d = 0; d < dim; d++)
      squares[c] = (squares[c] as number) + ((values[i * dim + d] as number) - (means[c * dim + d] as number)) ** 2;
  }
  const filled = [...sizes.keys()].filter((c) => sizes[c] !== 0);
  const starts = new Uint32Array(k);
  const offsets = new Uint32Array(filled.length + 1);
  for (const [l, c] of filled.entries()) {
    starts[c] = offsets[l] as number;
    offsets[l + 1] = (offsets[l] as number) + (sizes[c] as number);
  }
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const c = of[i] as number;
    order[starts[c] as number] = i;
    starts[c] = (starts[c] as number) + 1;
  }
  return {
    offsets,
    order,
    means: Float32Array.from(filled.flatMap((c) => Array.from(means.subarray(c * dim, (c + 1) * dim)))),
    spreads: Float32Array.from(filled, (c) => Math.sqrt((squares[c] as number) / ((sizes[c] as number) * dim))),
  };
}

/** Lists in the order of groups of their centroids. */
function groupCentroids(layout: Layout, dim: number, openKernel: () => ScanKernel, seed: number): Layout {
  const lists = layout.spreads.length;
  const points = { n: lists, dim, values: layout.means };
  const clusters = cluster(points, Math.ceil(Math.sqrt(lists)), openKernel, createRandom(seed, 'groups'));
  const groups = layOut(points, clusters);
  const offsets = new Uint32Array(lists + 1);
  const order = new Uint32Array(layout.order.length);
  const means = new Float32Array(layout.means.length);
  const spreads = new Float32Array(lists);
  for (const [l, was] of groups.order.entries()) {
    const rows = layout.order.subarray(layout.offsets[was], layout.offsets[was + 1]);
    order.set(rows, offsets[l]);
    offsets[l + 1] = (offsets[l] as number) + rows.length;
    means.set(layout.means.subarray(was * dim, (was + 1) * dim), l * dim);
    spreads[l] = layout.spreads[was] as number;
  }
  return { offsets, order, means, spreads, groups };
}

function sampledRows({ n, dim, values }: Points, random: ReturnType<typeof createRandom>): Float32Array {
  const queries = new Float32Array(judgedQueries * dim);
  for (let q = 0; q < judgedQueries; q++) {
    const row = random.below(n);
    queries.set(values.subarray(row * dim, (row + 1) * dim), q * dim);
  }
  return queries;
}

/** Mean share of the true nearest that lists find, for more and more probes until it is enough. */
function recallCurve(truth: VectorIndex, index: VectorIndex, queries: Float32Array, lists: number) {
  const { dim } = index;
  const m = Math.min(judgedQueries, queries.length / dim);
  const asked = Array.from({ length: m }, (_, q) => queries.subarray(q * dim, (q + 1) * dim));
  const nearest = asked.map((query) => new Set(truth.search(query, judgedNeighbours).ordinals));
  const curve: { probes: number; recall: number }[] = [];
  for (let probes = 1; ; probes = Math.min(lists, Math.ceil(probes * 1.25))) {
    let share = 0;
    for (const [q, query] of asked.entries())
      share += recallOf(nearest[q] as Set<number>, index.search(query, judgedNeighbours, probes).ordinals);
    curve.push({ probes, recall: share / m });
    if (share / m >= leastRecall || probes === lists) return curve;
  }
}

/** Share of the true ones among the found; 1 when there is nothing to find. */
export function recallOf(truth: ReadonlySet<number>, found: Uint32Array): number {
  if (truth.size === 0) return 1;
  let hits = 0;
  for (const row of found) if (truth.has(row)) hits++;
  return hits / truth.size;
}
