import { openPool, type Pool, type SharedArrayType } from '../adapter/pool.ts';
import type { WeightedRows } from './weighted-rows.ts';

export const alsSolvers = ['conjugate-gradient', 'cholesky', 'blocks'] as const;
export type AlsSolver = (typeof alsSolvers)[number];

/** What keeps factors small: of a row the unobserved weight of every pair and a ridge. */
export interface Penalty {
  readonly regularisation: number;
  /** 1: scaled with the frequency, as Rendle et al. recommend; 0: the same for every row. */
  readonly exponent: number;
  readonly unobservedWeight: number;
}

/** regularisation * (weight of the row's entries + unobservedWeight * number of others)^exponent. */
export const ridgeOf = ({ regularisation, exponent, unobservedWeight }: Penalty, weight: number, others: number): number =>
  regularisation * (weight + unobservedWeight * others) ** exponent;

export interface AlsProblem extends Penalty {
  readonly rank: number;
  readonly solver: AlsSolver;
  readonly threads: number;
}

/** Steps of conjugate gradient per row and sweep, from the former solution: enough according to Takacs et al. 2011. */
const conjugateGradientSteps = 3;
/** Coordinates that iALS++ solves at once; the paper finds 64 to 128 best for its vector units, at 128 bits less is as fast. */
export const blockOf = 64;
const rowsPerSlice = 16;
/** Fixed, so that the order of the sum does not depend on the threads. */
const mostPartials = 16;
const leastRowsPerPartial = 128;

export const strideOf = (rank: number): number => Math.ceil(rank / 8) * 8;

/** One side of the alternation in shared memory. */
interface Side {
  readonly rows: number;
  /** [rows x stride]. */
  readonly factors: Float32Array;
  readonly offsets: Int32Array;
  readonly indices: Int32Array;
  readonly weights: Float32Array | undefined;
  readonly ridge: Float32Array;
}

export interface AlsSolving {
  readonly stride: number;
  /** [users x stride] and [items x stride], views of the shared memory: fill the items before the first iteration. */
  readonly users: Float32Array;
  readonly items: Float32Array;
  readonly bytes: number;
  /** Solves every user given the items. */
  solveUsers(): void;
  solveItems(): void;
  close(): Promise<void>;
}

/** Alternating least squares over `pairs` [users x items] and the same transposed, on `threads` threads. */
export async function openAls(pairs: WeightedRows, transposed: WeightedRows, problem: AlsProblem): Promise<AlsSolving> {
  const stride = strideOf(problem.rank);
  const block = problem.solver === 'blocks' ? Math.min(blockOf, stride) : stride;
  const mostEntries = Math.max(longest(pairs), longest(transposed));
  const pool = await openPool('als', { threads: problem.threads, scratchBytes: scratchBytesOf(stride, block, mostEntries) });
  const partials = pool.allocate(Float32Array, mostPartials * stride * stride);
  const gram = pool.allocate(Float32Array, stride * stride);
  const users = createSide(pool, pairs, transposed.rows, problem);
  const items = createSide(pool, transposed, pairs.rows, problem);

  const solve = (solved: Side, fixed: Side) => {
    const chunk = Math.max(leastRowsPerPartial, Math.ceil(fixed.rows / mostPartials));
    pool.run('gram', { rows: fixed.rows, slice: chunk }, fixed.factors.byteOffset, stride, partials.byteOffset, chunk);
    const count = Math.ceil(fixed.rows / chunk);
    const sum = [partials.byteOffset, count, stride, problem.unobservedWeight, gram.byteOffset];
    pool.run('gramSum', { rows: stride, slice: 32 }, ...sum);
    pool.run(
      problem.solver === 'conjugate-gradient' ? 'conjugateGradient' : 'coordinateBlocks',
      { rows: solved.rows, slice: rowsPerSlice },
      solved.offsets.byteOffset,
      solved.indices.byteOffset,
      solved.weights?.byteOffset ?? 0,
      solved.ridge.byteOffset,
      gram.byteOffset,
      fixed.factors.byteOffset,
      solved.factors.byteOffset,
      stride,
      problem.solver === 'conjugate-gradient' ? conjugateGradientSteps : block,
    );
  };
  return {
    stride,
    users: users.factors,
    items: items.factors,
    get bytes() {
      return pool.bytes;
    },
    solveUsers: () => solve(users, items),
    solveItems: () => solve(items, users),
    close: () => pool.close(),
  };
}

/** What the kernels ask for. */
export function scratchBytesOf(stride: number, block: number, mostEntries: number): number {
  const panelRows = Math.max(16, Math.floor(4096 / block));
  return 4 * (4 * stride + panelRows * block + block * block + mostEntries + 4);
}

function longest({ offsets }: WeightedRows): number {
  let most = 0;
  for (let r = 1; r < offsets.length; r++) most = Math.max(most, (offsets[r] as number) - (offsets[r - 1] as number));
  return most;
}

function createSide(pool: Pool, matrix: WeightedRows, others: number, problem: AlsProblem): Side {
  const { rows, offsets, indices, weights } = matrix;
  const share = <A extends Int32Array | Float32Array>(type: SharedArrayType<A>, values: A): A => {
    const shared = pool.allocate(type, values.length);
    shared.set(values);
    return shared;
  };
  const ridge = pool.allocate(Float32Array, rows);
  for (let r = 0; r < rows; r++) {
    let weight = 0;
    for (let e = offsets[r] as number; e < (offsets[r + 1] as number); e++) weight += weights ? (weights[e] as number) : 1;
    ridge[r] = ridgeOf(problem, weight, others);
  }
  return {
    rows,
    factors: pool.allocate(Float32Array, rows * strideOf(problem.rank)),
    offsets: share(Int32Array, offsets),
    indices: share(Int32Array, indices),
    weights: weights && share(Float32Array, weights),
    ridge,
  };
}
