import { type Command, Option } from 'commander';
import { encodeLists, rowsInLists } from '../../shared/vector/lists.ts';
import { flatIndex, listIndex } from '../../shared/vector/search.ts';
import { encodeVectors, quantise } from '../../shared/vector/table.ts';
import { loadKernels } from '../adapter/kernel.ts';
import { whole } from '../command/number.ts';
import { Failure } from '../failure.ts';
import { buildLists, recallOf } from '../index/build.ts';
import type { Points } from '../index/cluster.ts';
import { createRandom } from '../random.ts';
import { generate, type Kind, kinds } from './ann/data.ts';
import { measureFaiss } from './ann/faiss.ts';
import { readNpy } from './ann/npy.ts';

interface Options {
  readonly n: number;
  readonly dim: number;
  readonly kind: Kind;
  readonly vectors?: string;
  readonly queries?: string;
  readonly lists?: number;
  readonly seed: number;
}

export const declare = (command: Command): Command =>
  command
    .option('--n <number>', 'vectors to generate', whole(1), 100_000)
    .option('--dim <number>', 'their dimensions', whole(1), 64)
    .addOption(new Option('--kind <kind>', 'what to generate').choices(kinds).default('spectrum'))
    .option('--vectors <file>', 'NumPy file of vectors, instead of generated ones')
    .option('--queries <file>', 'NumPy file of queries (default: some of the vectors)')
    .option('--lists <number>', 'inverted lists (default: 1.6 sqrt(n))', whole(1))
    .option('--seed <number>', 'of what is drawn', whole(0), 1);

const k = 100;
const asked = 500;
const rounds = 5;
const levels = [0.95, 0.99] as const;

interface Point {
  readonly index: 'flat' | 'lists';
  readonly probes?: number;
  readonly recall: number;
  readonly queriesPerSecond: number;
}

/**
 * Recall of the true 100 with the greatest inner product, and queries per second of one thread, one query at a time: exact search and inverted lists with
 * more and more probes, beside FAISS (flat, IVF-Flat, IVF-SQ8) on the same rows and queries where a Python here has it.
 */
export async function run(options: Options): Promise<object> {
  const { openScan } = await loadKernels();
  const { rows, queries } = await load(options);
  const { n, dim, values } = rows;
  const table = { ...quantise(values, n, dim), exact: values };
  const vectors = Array.from({ length: queries.n }, (_, q) => queries.values.subarray(q * dim, (q + 1) * dim));
  const truth = vectors.map((query) => trueNearest(rows, query));
  const start = performance.now();
  const { lists } = options;
  const { directory } = buildLists(table, openScan, {
    seed: options.seed,
    metric: 'product',
    queries: queries.values,
    ...(lists !== undefined && { lists }),
  });
  const buildSeconds = (performance.now() - start) / 1000;
  const flat = flatIndex(openScan, table);
  const index = listIndex(openScan, directory, rowsInLists(table, directory));
  const recall = (search: (query: Float32Array) => Uint32Array) =>
    truth.reduce((sum, best, q) => sum + recallOf(best, search(vectors[q] as Float32Array)), 0) / truth.length;
  const curve: Point[] = [
    {
      index: 'flat',
      recall: recall((query) => flat.search(query, k).ordinals),
      queriesPerSecond: rate(vectors, (query) => flat.search(query, k)),
    },
  ];
  const held = directory.offsets.length - 1;
  for (let probes = 1; ; probes = Math.min(held, Math.ceil(probes * 1.4))) {
    const search = (query: Float32Array) => index.search(query, k, probes);
    const point = {
      index: 'lists',
      probes,
      recall: recall((query) => search(query).ordinals),
      queriesPerSecond: rate(vectors, search),
    } as const;
    curve.push(point);
    if (point.recall >= 0.995 || probes === held) break;
  }
  const faiss = await measureFaiss(rows, queries, k, held);
  return {
    bench: 'ann',
    n,
    dim,
    kind: options.vectors === undefined ? options.kind : 'file',
    lists: held,
    probes: directory.probes,
    buildSeconds,
    bytes: encodeVectors(quantise(values, n, dim)).length,
    exactBytes: values.byteLength,
    directoryBytes: encodeLists(directory).length,
    ...Object.fromEntries(levels.map((level) => [`queriesPerSecond${level * 100}`, fastest(curve, level)])),
    ...(faiss &&
      Object.fromEntries(levels.map((level) => [`ratio${level * 100}`, fastest(curve, level) / fastest(faiss.points, level)]))),
    curve,
    faiss: faiss ?? 'not installed: no ratio',
  };
}

async function load(options: Options): Promise<{ rows: Points; queries: Points }> {
  if (options.vectors === undefined) return generate(options.kind, options.n, options.dim, asked, options.seed);
  const rows = await readNpy(options.vectors);
  if (rows.n === 0) throw new Failure('bad-input', `${options.vectors}: no rows`);
  if (options.queries !== undefined) {
    const { n, dim, values } = await readNpy(options.queries);
    if (dim !== rows.dim || n === 0)
      throw new Failure('bad-input', `${options.queries}: ${n} x ${dim} queries for vectors of ${rows.dim} dimensions`);
    const m = Math.min(asked, n);
    return { rows, queries: { n: m, dim, values: values.subarray(0, m * dim) } };
  }
  const random = createRandom(options.seed, 'queries');
  const { dim } = rows;
  const values = new Float32Array(asked * dim);
  for (let q = 0; q < asked; q++) {
    const row = random.below(rows.n);
    values.set(rows.values.subarray(row * dim, (row + 1) * dim), q * dim);
  }
  return { rows, queries: { n: asked, dim, values } };
}

/** By the definition, in float64: what no index of ours has a part in. */
function trueNearest({ n, dim, values }: Points, query: Float32Array): Set<number> {
  const scores = new Float64Array(n);
  for (let row = 0; row < n; row++) {
    let sum = 0;
    for (let d = 0; d < dim; d++) sum += (values[row * dim + d] as number) * (query[d] as number);
    scores[row] = sum;
  }
  const least = scores.toSorted().at(-Math.min(k, n)) as number;
  const nearest = new Set<number>();
  for (let row = 0; row < n && nearest.size < k; row++) if ((scores[row] as number) >= least) nearest.add(row);
  return nearest;
}

/** Queries per second of the fastest of a few rounds: others on the machine only ever slow it down. */
function rate(queries: readonly Float32Array[], search: (query: Float32Array) => unknown): number {
  let best = 0;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (const query of queries) search(query);
    best = Math.max(best, (1000 * queries.length) / (performance.now() - start));
  }
  return best;
}

/** Most queries per second among those points that reach the recall; NaN when none does. */
function fastest(points: readonly { readonly recall: number; readonly queriesPerSecond: number }[], recall: number): number {
  const reached = points.filter((point) => point.recall >= recall).map(({ queriesPerSecond }) => queriesPerSecond);
  return reached.length === 0 ? Number.NaN : Math.max(...reached);
}
