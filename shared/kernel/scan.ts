/** Row-major int8 vectors [n x dim] with one scale per row: vector = scale * int8. */
export interface ScanTable {
  readonly n: number;
  readonly dim: number;
  readonly data: Int8Array;
  readonly scales: Float32Array;
}

/** Largest absolute value of a query element: int32 sums of 1,024 products with int8 do not overflow. */
export const queryMaximum = 16383;
export const scanDimensions = 1024;

export interface ScanResult {
  readonly ordinals: Uint32Array<ArrayBuffer>;
  readonly scores: Float32Array<ArrayBuffer>;
}

/**
 * Exact scan of an int8 table. One kernel holds one table at a time and copies another in when asked for it (1 ms for 6 MB), so a runtime
 * with several tables keeps a kernel for each.
 */
export interface ScanKernel {
  readonly name: 'wasm' | 'plain';
  /**
   * The min(k, n) rows with the largest float32(query . row) * scale, descending, ties by lower ordinal. Rows whose scale is not finite never
   * come. `query`: int16 [dim] within ±queryMaximum. Both twins give the same bits. @throws RangeError when dim > scanDimensions or lengths disagree.
   */
  scan(table: ScanTable, query: Int16Array, k: number): ScanResult;
}

export function checkScan(table: ScanTable, query: Int16Array): void {
  const { n, dim, data, scales } = table;
  if (dim > scanDimensions || data.length !== n * dim || scales.length !== n || query.length !== dim) {
    throw new RangeError(`scan: table ${n} x ${dim} (${data.length} values, ${scales.length} scales), query ${query.length}`);
  }
}

/** Exports of an instance of scan.wasm. */
export interface ScanExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  base(): number;
  scan(data: number, scales: number, rows: number, dim: number, query: number, k: number, ids: number, scores: number): void;
}

const align = (bytes: number) => (bytes + 15) & ~15;

/** The kernel over an instance of scan.wasm: `wasmScanKernel(instance.exports as unknown as ScanExports)`. */
export function wasmScanKernel(exports: ScanExports): ScanKernel {
  const { memory } = exports;
  const base = exports.base();
  let held: Int8Array | undefined;

  function reserve(bytes: number): void {
    const missing = bytes - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  }

  return {
    name: 'wasm',
    scan(table, query, k) {
      checkScan(table, query);
      const count = Math.min(k, table.n);
      if (count <= 0) return { ordinals: new Uint32Array(0), scores: new Float32Array(0) };
      const dim = align(table.dim);
      const rows = (table.n + 3) & ~3;
      const scalesAt = base + rows * dim;
      const queryAt = scalesAt + rows * 4;
      const idsAt = queryAt + dim * 2;
      const scoresAt = align(idsAt + count * 4);
      reserve(scoresAt + count * 4);
      const { buffer } = memory;
      if (held !== table.data) {
        const data = new Int8Array(buffer, base, rows * dim).fill(0);
        if (dim === table.dim) data.set(table.data);
        else for (let i = 0; i < table.n; i++) data.set(table.data.subarray(i * table.dim, (i + 1) * table.dim), i * dim);
        new Float32Array(buffer, scalesAt, rows).fill(Number.NaN).set(table.scales);
        held = table.data;
      }
      new Int16Array(buffer, queryAt, dim).fill(0).set(query);
      exports.scan(base, scalesAt, table.n, dim, queryAt, count, idsAt, scoresAt);
      return trimmed(new Uint32Array(buffer, idsAt, count), new Float32Array(buffer, scoresAt, count));
    },
  };
}

/** Copies without the slots that no row took. */
export function trimmed(ordinals: Uint32Array, scores: Float32Array): ScanResult {
  let count = ordinals.length;
  while (count > 0 && scores[count - 1] === Number.NEGATIVE_INFINITY) count--;
  return { ordinals: new Uint32Array(ordinals.subarray(0, count)), scores: new Float32Array(scores.subarray(0, count)) };
}
