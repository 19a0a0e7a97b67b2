import type { Pool } from '../../adapter/pool.ts';

/** Rows by their bins, in shared memory. */
export interface Binned {
  readonly rows: number;
  readonly columns: number;
  /** uint8 [rows x stride]: an address. */
  readonly address: number;
  readonly stride: number;
}

const rowsAtOnce = 16_384;
const rowsPerSlice = 2048;

/** Staging memory for `createBinned`, so that features need not be shared as a whole. */
export interface Stage {
  readonly features: Float32Array;
  readonly thresholds: Float32Array;
}

export function createStage(pool: Pool, columns: number, thresholds: readonly Float32Array[]): Stage {
  const shared = pool.allocate(Float32Array, columns * 256).fill(Number.POSITIVE_INFINITY);
  for (const [column, own] of thresholds.entries()) shared.set(own, column * 256);
  return { features: pool.allocate(Float32Array, rowsAtOnce * columns), thresholds: shared };
}

/** Bins of row-major features [rows x columns]. */
export function createBinned(pool: Pool, stage: Stage, features: Float32Array, columns: number): Binned {
  const rows = features.length / columns;
  const stride = Math.ceil(columns / 8) * 8;
  const { byteOffset: address } = pool.allocate(Uint8Array, rows * stride);
  for (let row = 0; row < rows; row += rowsAtOnce) {
    const part = features.subarray(row * columns, (row + rowsAtOnce) * columns);
    stage.features.set(part);
    const work = { rows: part.length / columns, slice: rowsPerSlice };
    pool.run('toBins', work, stage.features.byteOffset, columns, stage.thresholds.byteOffset, address + row * stride, stride);
  }
  return { rows, columns, address, stride };
}
