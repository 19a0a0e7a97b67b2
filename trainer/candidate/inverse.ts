import { openPool } from '../adapter/pool.ts';

/** Side of a block and rows of a tile in shared/kernel/assembly/inverse.ts. */
const block = 64;
const tileRows = 4;
const tilesPerSlice = block / tileRows;
const panelBytes = block * 8;

export interface Inversion {
  /** Rows and columns of `matrix`: n and what fills its last block. */
  readonly stride: number;
  /** [stride x stride] in shared memory: zeros, and ones on the diagonal beyond n. Fill the lower half of the first n rows. */
  readonly matrix: Float64Array;
  readonly bytes: number;
  /**
   * Puts minus the inverse in the matrix's place, both halves.
   * @param progress work done, in [0, 1].
   * @throws RangeError when the matrix is not positive definite.
   */
  invert(progress?: (share: number) => void): void;
  close(): Promise<void>;
}

/** Memory of an inversion. */
export const inversionBytes = (n: number): number => {
  const stride = Math.ceil(n / block) * block;
  return 8 * stride * stride + 2 * stride * panelBytes;
};

/** Inverse of a symmetric positive definite matrix [n x n] in float64, on `threads` threads. */
export async function openInversion(n: number, threads: number): Promise<Inversion> {
  const stride = Math.max(1, Math.ceil(n / block)) * block;
  const pool = await openPool('inverse', { threads, scratchBytes: block * panelBytes });
  const matrix = pool.allocate(Float64Array, stride * stride);
  const panel = pool.allocate(Float64Array, stride * block).byteOffset;
  const product = pool.allocate(Float64Array, stride * block).byteOffset;
  const inverse = pool.allocate(Float64Array, block * block).byteOffset;
  const fault = pool.allocate(Int32Array, 1);
  for (let i = n; i < stride; i++) matrix[i * stride + i] = 1;
  const address = matrix.byteOffset;
  const work = { rows: stride / tileRows, slice: tilesPerSlice };
  return {
    stride,
    matrix,
    get bytes() {
      return pool.bytes;
    },
    invert(progress) {
      for (let k = 0; k < stride / block; k++) {
        pool.run('diagonal', { rows: 1, slice: 1 }, address, stride, k, inverse, fault.byteOffset);
        if (fault[0] !== 0) throw new RangeError(`inverse: the matrix is not positive definite, by its rows ${k * block} on`);
        pool.run('panels', work, address, stride, k, inverse, panel, product);
        pool.run('update', work, address, stride, panel, product);
        progress?.(((k + 1) * block) / stride);
      }
      for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) matrix[j * stride + i] = matrix[i * stride + j] as number;
    },
    close: () => pool.close(),
  };
}
