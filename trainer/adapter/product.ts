import { openPool } from './pool.ts';

/** Inner products of many vectors with the rows of one matrix, in float32. */
export interface RowProduct {
  readonly bytes: number;
  /**
   * out[v * rows + r] = vectors[v] . matrix[r] for vectors [n x inner], row-major. The result of a vector does not depend on the others, bit for bit.
   * @throws RangeError when `out` is not [n x rows].
   */
  multiply(vectors: Float32Array, out: Float32Array): void;
}

/** Memory that a batch of results may take. */
const batchBytes = 4 * 2 ** 20;
const mostPanels = 32;

/**
 * Copies matrix [rows x inner], row-major, into kernel memory.
 * @throws RangeError when it does not fit into 4 GiB.
 */
export async function openProduct(matrix: Float32Array, rows: number, inner: number): Promise<RowProduct> {
  const pool = await openPool('product', { threads: 1, scratchBytes: 0 });
  const width = Math.ceil(rows / 8) * 8;
  const panels = Math.max(1, Math.min(mostPanels, Math.floor(batchBytes / (16 * Math.max(1, width)))));
  const w = pool.allocate(Float32Array, width * inner);
  const x = pool.allocate(Float32Array, panels * 4 * inner);
  const result = pool.allocate(Float32Array, panels * 4 * width);
  toPanels(matrix, { rows, inner, height: 8 }, w);
  return {
    bytes: pool.bytes,
    multiply(vectors, out) {
      const n = inner === 0 ? 0 : vectors.length / inner;
      if (out.length !== n * rows) throw new RangeError(`product: room for ${out.length} of ${n} x ${rows}`);
      for (let from = 0; from < n; from += panels * 4) {
        const count = Math.min(panels * 4, n - from);
        toPanels(vectors.subarray(from * inner, (from + count) * inner), { rows: count, inner, height: 4 }, x);
        const slices = Math.ceil(count / 4);
        pool.run('product', { rows: slices, slice: slices }, x.byteOffset, w.byteOffset, result.byteOffset, inner, rows);
        for (let v = 0; v < count; v++) out.set(result.subarray(v * width, v * width + rows), (from + v) * rows);
      }
    },
  };
}

/** Element (r, k) goes to panel r / height, place k * height + r % height. */
function toPanels(
  matrix: Float32Array,
  { rows, inner, height }: { rows: number; inner: number; height: number },
  panels: Float32Array,
) {
  for (let r = 0; r < rows; r++) {
    let to = Math.floor(r / height) * height * inner + (r % height);
    for (let k = 0; k < inner; k++, to += height) panels[to] = matrix[r * inner + k] as number;
  }
}
