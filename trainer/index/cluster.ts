import type { ScanKernel, ScanTable } from '../../shared/kernel/kernel.ts';
import { quantise } from '../../shared/vector/table.ts';
import type { Random } from '../random.ts';

/** Vectors [n x dim], row-major. */
export interface Points {
  readonly n: number;
  readonly dim: number;
  readonly values: Float32Array;
}

/** Which cluster each point is in, and the clusters' means [k x dim]. */
export interface Clusters {
  readonly k: number;
  readonly of: Uint32Array;
  readonly means: Float32Array;
}

const rounds = 10;
/** Points that centres are learnt from, for each of them: more move a centre by less than the noise of the data. */
const learntFrom = 64;
const seededFrom = 4;
/** No cluster may have more points than this many times the mean: a long list makes some searches slow. */
const largestShare = 2;

/**
 * Balanced k-means by Euclidean distance: seeds by k-means++ (Arthur and Vassilvitskii 2007) on a sample, Lloyd's rounds on a larger one, then every point
 * goes to its nearest centre, and a cluster that is too large is clustered again. Deterministic for its arguments.
 * @param k 1 to n. There may be some more clusters in the end, and some without points.
 */
export function cluster(points: Points, k: number, openKernel: () => ScanKernel, random: Random): Clusters {
  const kernel = openKernel();
  const largest = Math.ceil((largestShare * points.n) / k);
  const of = new Uint32Array(points.n);
  let clusters = 0;
  const split = (part: Points, rows: Uint32Array, parts: number): void => {
    const nearest = nearestCentres(kernel, part, learn(part, parts, kernel, random));
    for (const members of membersOf(nearest, parts)) {
      if (members.length <= largest) {
        for (const i of members) of[rows[i] as number] = clusters;
        clusters++;
      } else if (members.length < part.n) {
        split(
          pick(part, members),
          members.map((i) => rows[i] as number),
          Math.ceil((largestShare * members.length) / largest),
        );
      } else {
        // All of them in one place: any cut is as good as another.
        for (const [i, row] of rows.entries()) of[row] = clusters + Math.floor(i / largest);
        clusters += Math.ceil(rows.length / largest);
      }
    }
  };
  split(
    points,
    Uint32Array.from({ length: points.n }, (_, i) => i),
    k,
  );
  return { k: clusters, of, means: meansOf(points, of, clusters) };
}

function learn(points: Points, k: number, kernel: ScanKernel, random: Random): Points {
  const sample = sampleOf(points, k * learntFrom, random);
  let centres = seeds(sampleOf(sample, k * seededFrom, random), k, random);
  for (let round = 0; round < rounds; round++)
    centres = { ...centres, values: meansOf(sample, nearestCentres(kernel, sample, centres), k, centres.values) };
  return centres;
}

function membersOf(of: Uint32Array, k: number): Uint32Array[] {
  const sizes = new Uint32Array(k);
  for (const c of of) sizes[c] = (sizes[c] as number) + 1;
  const members = Array.from(sizes, (size) => new Uint32Array(size));
  sizes.fill(0);
  for (const [i, c] of of.entries()) {
    const at = sizes[c] as number;
    (members[c] as Uint32Array)[at] = i;
    sizes[c] = at + 1;
  }
  return members;
}

function pick({ dim, values }: Points, rows: Uint32Array): Points {
  const picked = new Float32Array(rows.length * dim);
  for (const [i, row] of rows.entries()) picked.set(values.subarray(row * dim, (row + 1) * dim), i * dim);
  return { n: rows.length, dim, values: picked };
}

function sampleOf(points: Points, size: number, random: Random): Points {
  const { n, dim, values } = points;
  if (size >= n) return points;
  const chosen = Uint32Array.from({ length: n }, (_, i) => i);
  const sample = new Float32Array(size * dim);
  for (let i = 0; i < size; i++) {
    const j = i + random.below(n - i);
    const row = chosen[j] as number;
    chosen[j] = chosen[i] as number;
    sample.set(values.subarray(row * dim, (row + 1) * dim), i * dim);
  }
  return { n: size, dim, values: sample };
}

/** Points drawn one by one with a probability that grows with the squared distance from those already drawn. */
function seeds({ n, dim, values }: Points, k: number, random: Random): Points {
  const drawn = new Float32Array(k * dim);
  const distance = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  let next = random.below(n);
  for (let c = 0; c < k; c++) {
    const at = next * dim;
    drawn.set(values.subarray(at, at + dim), c * dim);
    let total = 0;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let d = 0; d < dim; d++) sum += ((values[i * dim + d] as number) - (values[at + d] as number)) ** 2;
      if (sum < (distance[i] as number)) distance[i] = sum;
      total += distance[i] as number;
    }
    let left = random.uniform() * total;
    for (next = 0; next < n - 1 && left >= (distance[next] as number); next++) left -= distance[next] as number;
  }
  return { n: k, dim, values: drawn };
}

/**
 * The nearest centre of every point. |x - c|^2 is least where x . c - |c|^2 / 2 is greatest: an inner product with one
 * more column, which the scan kernel finds, exactly because it has the float32 rows.
 */
function nearestCentres(kernel: ScanKernel, points: Points, centres: Points): Uint32Array {
  const { dim } = points;
  const wide = new Float32Array(centres.n * (dim + 1));
  let largest = 0;
  for (const value of centres.values) largest = Math.max(largest, Math.abs(value));
  // The column's unit is such that its values are of the size of the others: int8 has one scale per row.
  const unit = largest > 0 ? largest : 1;
  let longest = 0;
  for (let c = 0; c < centres.n; c++) {
    let sum = 0;
    for (let d = 0; d < dim; d++) sum += (centres.values[c * dim + d] as number) ** 2;
    wide.set(centres.values.subarray(c * dim, (c + 1) * dim), c * (dim + 1));
    wide[c * (dim + 1) + dim] = sum;
    longest = Math.max(longest, sum);
  }
  const weight = longest > 0 ? unit / longest : 0;
  for (let c = 0; c < centres.n; c++) wide[c * (dim + 1) + dim] = -(wide[c * (dim + 1) + dim] as number) * weight;
  const table: ScanTable = { ...quantise(wide, centres.n, dim + 1), exact: wide };
  const query = new Float32Array(dim + 1);
  query[dim] = weight > 0 ? 0.5 / weight : 1;
  const found = new Uint32Array(points.n);
  for (let i = 0; i < points.n; i++) {
    query.set(points.values.subarray(i * dim, (i + 1) * dim));
    found[i] = kernel.search(table, query, 1).ordinals[0] as number;
  }
  return found;
}

/** Means of the clusters' points [k x dim]; of a cluster without points, `before`. */
function meansOf(
  { n, dim, values }: Points,
  of: Uint32Array,
  k: number,
  before: Float32Array = new Float32Array(k * dim),
): Float32Array {
  const sums = new Float64Array(k * dim);
  const sizes = new Uint32Array(k);
  for (let i = 0; i < n; i++) {
    const c = of[i] as number;
    sizes[c] = (sizes[c] as number) + 1;
    for (let d = 0; d < dim; d++) sums[c * dim + d] = (sums[c * dim + d] as number) + (values[i * dim + d] as number);
  }
  return before.map((value, at) => {
    const size = sizes[Math.floor(at / dim)] as number;
    return size === 0 ? value : (sums[at] as number) / size;
  });
}
