import { openPool, type Pool } from '../adapter/pool.ts';

/** A row-major matrix of float32 in a pool's memory. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Address and bytes from row to row. */
  readonly at: number;
  readonly step: number;
  /** All rows, `step / 4` apart. */
  readonly values: Float32Array;
}

/** Whole numbers in a pool's memory: the address is `byteOffset`. */
export type Indices = Int32Array;

/** The kernels of shared/kernel/assembly/neural.ts on matrices: what each computes is said in shared/kernel/neural-plain.ts. */
export interface Ops {
  readonly pool: Pool;
  /** Zeros. Columns are a multiple of 8, except in a matrix of one column. */
  matrix(rows: number, columns: number, step?: number): Matrix;
  indices(length: number): Indices;
  /** out[0 .. rows] = a b + bias, or added to out. */
  product(
    a: Matrix,
    b: Matrix,
    out: Matrix,
    more: { readonly rows: number; readonly bias?: Matrix; readonly add?: boolean },
  ): void;
  /** out = a[0 .. rows]^T b: the gradient of weights, or added to out. */
  transposedProduct(
    a: Matrix,
    b: Matrix,
    out: Matrix,
    more: { readonly rows: number; readonly columns?: number; readonly add?: boolean },
  ): void;
  /** out [columns x rows] = a[0 .. rows]^T. */
  transpose(a: Matrix, out: Matrix, rows: number): void;
  columnSums(a: Matrix, out: Matrix, rows: number): void;
  /** out = x (kept) + more, elementwise. */
  dropout(x: Matrix, more: Matrix | undefined, out: Matrix, mask: Mask): void;
  /** out = max(x, 0), kept. */
  rectify(x: Matrix, out: Matrix, mask: Mask): void;
  /** gradient *= what `rectify` passed, told by its output. */
  rectifyBack(out: Matrix, gradient: Matrix, mask: Mask): void;
  /** out[r] = scale table[ids[r]] + added[places[r]]. */
  gather(
    table: Matrix,
    ids: Indices,
    out: Matrix,
    more: { readonly rows: number; readonly scale?: number; readonly places?: Indices; readonly added?: Matrix },
  ): void;
  /** out[g] = scale * sum over the members m of group g of weights[m] source[m], or added to out. */
  sumRows(
    groups: Groups,
    source: Matrix,
    out: Matrix,
    more: { readonly scale?: number; readonly weights?: Matrix; readonly add?: boolean },
  ): void;
}

export interface Mask {
  readonly rows: number;
  readonly rate: number;
  readonly seed: number;
}

export interface Groups {
  readonly count: number;
  readonly offsets: Indices;
  readonly members: Indices;
}

/** Less work than that is not worth waking a thread for. */
const multiplyAddsPerSlice = 1 << 20;
/** A number that is only read and written takes as long as so many multiply-adds of a product. */
const multiplyAddsPerNumber = 8;

/** Rows per slice, a multiple of 8. It depends on nothing but the work, so that results do not depend on the threads. */
export const sliceOf = (multiplyAddsPerRow: number): number =>
  Math.max(8, Math.ceil(multiplyAddsPerSlice / Math.max(1, multiplyAddsPerRow) / 8) * 8);

export async function openOps(options: { readonly threads: number; readonly scratchBytes: number }): Promise<Ops> {
  const pool = await openPool('neural', options);
  const vectors = ({ columns }: Matrix, rows: number) => ({
    rows: (rows * columns) / 4,
    slice: sliceOf(4 * multiplyAddsPerNumber),
  });
  const add = (more: { readonly add?: boolean }) => Number(more.add ?? false);
  return {
    pool,
    matrix(rows, columns, step = 4 * columns) {
      const values = pool.allocate(Float32Array, (rows * step) / 4);
      return { rows, columns, at: values.byteOffset, step, values };
    },
    indices: (length) => pool.allocate(Int32Array, length),
    product(a, b, out, more) {
      const left = [a.at, a.step, a.columns];
      const right = [b.at, b.step, b.columns, more.bias?.at ?? 0];
      pool.run(
        'product',
        { rows: more.rows, slice: sliceOf(a.columns * b.columns) },
        ...left,
        ...right,
        out.at,
        out.step,
        add(more),
      );
    },
    transposedProduct(a, b, out, more) {
      const values = [a.at, a.step, more.rows, b.at, b.step, b.columns, out.at, out.step, add(more)];
      const columns = more.columns ?? a.columns;
      // Where there are many columns a slice has enough of them to earn the packing of b.
      const slice = Math.max(sliceOf(more.rows * b.columns), Math.min(64, 8 * Math.ceil(columns / 64)));
      pool.run('transposedProduct', { rows: columns, slice }, ...values);
    },
    transpose(a, out, rows) {
      pool.run(
        'transpose',
        { rows, slice: sliceOf(multiplyAddsPerNumber * a.columns) },
        a.at,
        a.step,
        a.columns,
        out.at,
        out.step,
      );
    },
    columnSums(a, out, rows) {
      pool.run(
        'columnSums',
        { rows: a.columns / 4, slice: sliceOf(4 * multiplyAddsPerNumber * rows) },
        a.at,
        a.step,
        rows,
        out.at,
      );
    },
    dropout(x, more, out, { rows, rate, seed }) {
      pool.run('dropout', vectors(x, rows), x.at, more?.at ?? 0, out.at, rate, seed);
    },
    rectify(x, out, { rows, rate, seed }) {
      pool.run('rectify', vectors(x, rows), x.at, out.at, rate, seed);
    },
    rectifyBack(out, gradient, { rows, rate }) {
      pool.run('rectifyBack', vectors(out, rows), out.at, gradient.at, rate);
    },
    gather(table, ids, out, { rows, scale = 1, places, added }) {
      const source = [ids.byteOffset, table.at, scale, places?.byteOffset ?? 0, added?.at ?? 0];
      pool.run('gather', { rows, slice: sliceOf(multiplyAddsPerNumber * table.columns) }, ...source, out.at, out.step);
    },
    sumRows({ count, offsets, members }, source, out, more) {
      const groups = [offsets.byteOffset, members.byteOffset, more.weights?.at ?? 0];
      const values = [...groups, source.at, more.scale ?? 1, out.at, out.step, add(more)];
      pool.run('sumRows', { rows: count, slice: sliceOf(4 * multiplyAddsPerNumber * source.columns) }, ...values);
    },
  };
}
