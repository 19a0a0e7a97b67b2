import { openPool, type Pool } from '../adapter/pool.ts';
import { createRandom } from '../random.ts';
import { symmetricEigen } from './eigen.ts';
import { type Sparse, transpose } from './sparse.ts';

export interface SubspaceOptions {
  /** Singular vectors that are wanted. */
  readonly rank: number;
  readonly seed: number;
  readonly threads: number;
  progress?(share: number): void;
}

export interface Subspace {
  /** Right singular vectors, orthonormal, [columns x rank], row-major; columns of zeros where the matrix has no more. */
  readonly vectors: Float64Array;
  readonly rank: number;
  /** Singular values, descending, [rank]. */
  readonly values: Float64Array;
}

/** Vectors beyond those that are wanted, which make these converge. */
const oversampling = (rank: number): number => Math.max(16, rank >> 3);
/** What the wanted values gain in a round, in relation to their sum, when it is over. */
const settled = 1e-5;
const mostRounds = 8;
const mostDegree = 10;
/** How far a filter may spread the vectors of a round in float64, before these are known well. */
const spread = (round: number): number => 10 ** Math.min(9, 3 + 2 * round);
/** Directions below this share of the largest are rounding. */
const negligible = 1e-11;
const rowsPerSlice = 64;
const mostPartials = 8;

/** Memory of a decomposition. */
export const subspaceBytes = (rows: number, columns: number, entries: number, rank: number): number => {
  const width = widthOf(rank);
  return 8 * width * (2 * columns + rows) + 24 * entries + 8 * width * width * (mostPartials + 2);
};

const widthOf = (rank: number): number => Math.ceil((rank + oversampling(rank)) / 16) * 16;

/**
 * The leading right singular vectors of a sparse matrix by block subspace iteration with Chebyshev filters (Rutishauser 1970; Zhou et al. 2006) and
 * Rayleigh-Ritz projection, in float64. Each round applies a polynomial of A^T A that is small on what is not wanted; the rounds end when the wanted
 * singular values stand still. The result depends on the seed only where singular values coincide, and never on the threads.
 * @param entryOf the entry at a row and a column.
 */
export async function leadingSubspace(
  matrix: Sparse,
  entryOf: (row: number, column: number) => number,
  { rank, seed, threads, progress }: SubspaceOptions,
): Promise<Subspace> {
  const width = widthOf(rank);
  const pool = await openPool('subspace', { threads, scratchBytes: 4 * 8 * width });
  try {
    const work = openWork(pool, matrix, entryOf, width);
    const random = createRandom(seed, 'subspace');
    for (let at = 0; at < matrix.columns * width; at++) work.x[at] = random.normal();
    work.filter(0, 2);
    let found = work.project();
    let sum = 0;
    for (let round = 0; round < mostRounds; round++) {
      const wanted = found.subarray(0, rank).reduce((a, b) => a + b, 0);
      progress?.((round + 1) / (mostRounds + 1));
      if (wanted - sum <= settled * wanted) break;
      sum = wanted;
      const cut = found.findLast((value) => value > 0) ?? 0;
      if (cut <= negligible * (found[0] as number)) break;
      work.filter(cut, degreeOf(cut, found[0] as number, spread(round)));
      found = work.project();
    }
    const vectors = new Float64Array(matrix.columns * rank);
    for (let i = 0; i < matrix.columns; i++) vectors.set(work.x.subarray(i * width, i * width + rank), i * rank);
    return { vectors, rank, values: found.subarray(0, rank).map((value) => Math.sqrt(Math.max(0, value))) };
  } finally {
    await pool.close();
  }
}

/** The highest degree whose Chebyshev polynomial on [0, cut] stays below `most` at `top`. */
function degreeOf(cut: number, top: number, most: number): number {
  const beyond = Math.acosh(Math.max(1 + 1e-9, (2 * top) / cut - 1));
  return Math.max(1, Math.min(mostDegree, Math.floor(Math.acosh(most) / beyond)));
}

interface Work {
  /** [columns x width]. */
  readonly x: Float64Array;
  /** x = T(A^T A) x with the Chebyshev polynomial T of that degree on [0, cut]; cut 0: the power of that degree. */
  filter(cut: number, degree: number): void;
  /** Turns x into the orthonormal Ritz vectors of A^T A in its span. @returns their values, descending, [width]; 0 for vectors of zeros. */
  project(): Float64Array;
}

function openWork(pool: Pool, matrix: Sparse, entryOf: (row: number, column: number) => number, width: number): Work {
  const rows = share(pool, matrix, entryOf);
  const columns = share(pool, transpose(matrix), (column, row) => entryOf(row, column));
  const block = (n: number) => pool.allocate(Float64Array, Math.ceil(n / 4) * 4 * width);
  const y = block(matrix.rows);
  const partials = pool.allocate(Float64Array, mostPartials * width * width);
  const turn = pool.allocate(Float64Array, width * width);
  const x = block(matrix.columns);
  const other = block(matrix.columns);

  const half = (from: Float64Array) => run(rows, from, y, { scale: 1, now: y, keep: 0, past: 0 });
  const run = (
    { offsets, indices, values, n }: Shared,
    from: Float64Array,
    to: Float64Array,
    { scale, now, keep, past }: { scale: number; now: Float64Array; keep: number; past: number },
  ) => {
    const sparse = [offsets.byteOffset, indices.byteOffset, values.byteOffset];
    pool.run(
      'apply',
      { rows: n, slice: rowsPerSlice },
      ...sparse,
      from.byteOffset,
      width,
      to.byteOffset,
      scale,
      now.byteOffset,
      keep,
      past,
    );
  };
  const gramOf = (block: Float64Array, n: number): Float64Array => {
    const chunk = Math.max(1, Math.ceil(n / mostPartials));
    pool.run('gram', { rows: n, slice: chunk }, block.byteOffset, width, partials.byteOffset, chunk);
    const gram = new Float64Array(width * width);
    for (let i = 0; i < width; i++) {
      for (let j = i; j < width; j++) {
        let sum = 0;
        for (let p = 0; p < Math.ceil(n / chunk); p++) sum += partials[(p * width + i) * width + j] as number;
        gram[i * width + j] = sum;
        gram[j * width + i] = sum;
      }
    }
    return gram;
  };

  return {
    x,
    filter(cut, degree) {
      let [now, past] = [x, other];
      for (let d = 1; d <= degree; d++) {
        half(now);
        // T_1 = t, T_(d+1) = 2 t T_d - T_(d-1) with t = 2 A / cut - 1.
        const twice = d > 1 ? 2 : 1;
        const terms =
          cut === 0 ? { scale: 1, keep: 0, past: 0 } : { scale: (twice * 2) / cut, keep: -twice, past: d > 1 ? -1 : 0 };
        run(columns, y, past, { ...terms, now });
        [now, past] = [past, now];
      }
      if (now !== x) x.set(now);
    },
    project() {
      const whitened = whiten(gramOf(x, matrix.columns), width);
      half(x);
      const { values, vectors } = symmetricEigen(
        product(transposed(whitened, width), product(gramOf(y, matrix.rows), whitened, width), width),
        width,
      );
      const turned = product(whitened, vectors, width);
      // In panels of four columns.
      for (let k = 0; k < width; k++)
        for (let c = 0; c < width; c++) turn[(c >> 2) * 4 * width + k * 4 + (c & 3)] = turned[k * width + c] as number;
      pool.run('times', { rows: Math.ceil(matrix.columns / 4), slice: rowsPerSlice / 4 }, x.byteOffset, width, turn.byteOffset);
      return values.map((value) => Math.max(0, value));
    },
  };
}

interface Shared {
  readonly n: number;
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

function share(pool: Pool, matrix: Sparse, entryOf: (row: number, column: number) => number): Shared {
  const offsets = pool.allocate(Int32Array, matrix.rows + 1);
  const indices = pool.allocate(Int32Array, matrix.indices.length);
  const values = pool.allocate(Float64Array, matrix.indices.length);
  offsets.set(matrix.offsets);
  indices.set(matrix.indices);
  for (let r = 0; r < matrix.rows; r++)
    for (let e = offsets[r] as number; e < (offsets[r + 1] as number); e++) values[e] = entryOf(r, indices[e] as number);
  return { n: matrix.rows, offsets, indices, values };
}

/** W with W^T G W = I on the directions that G has, zeros for the others; G [n x n] is scaled to a diagonal of ones first. */
function whiten(gram: Float64Array, n: number): Float64Array {
  const scale = Float64Array.from({ length: n }, (_, i) =>
    (gram[i * n + i] as number) > 0 ? (gram[i * n + i] as number) ** -0.5 : 0,
  );
  const { values, vectors } = symmetricEigen(
    gram.map((value, at) => value * (scale[Math.floor(at / n)] as number) * (scale[at % n] as number)),
    n,
  );
  const least = negligible * (values[0] ?? 0);
  return vectors.map((value, at) => {
    const size = values[at % n] as number;
    return size > least ? (value * (scale[Math.floor(at / n)] as number)) / Math.sqrt(size) : 0;
  });
}

function transposed(a: Float64Array, n: number): Float64Array {
  return a.map((_, at) => a[(at % n) * n + Math.floor(at / n)] as number);
}

function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const value = a[i * n + k] as number;
      if (value === 0) continue;
      for (let j = 0; j < n; j++) out[i * n + j] = (out[i * n + j] as number) + value * (b[k * n + j] as number);
    }
  }
  return out;
}
