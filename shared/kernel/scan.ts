/** Vectors to search, row-major [n x dim]: int8 with one scale per row (vector = scale * int8), and what may come with them. */
export interface ScanTable {
  readonly n: number;
  readonly dim: number;
  readonly data: Int8Array;
  readonly scales: Float32Array;
  /** The same rows in float32 [n x dim]: the best few hundred are scored again with them. */
  readonly exact?: Float32Array;
  /** Rows in lists: list l has the rows offsets[l] to offsets[l + 1]. Absent: one list of all rows. */
  readonly offsets?: Uint32Array;
}

/** Largest absolute value of an element of the int16 query: int32 sums of 1,024 products with int8 do not overflow. */
export const queryMaximum = 16383;
export const scanDimensions = 1024;

export interface ScanResult {
  /** Row numbers. */
  readonly ordinals: Uint32Array<ArrayBuffer>;
  readonly scores: Float32Array<ArrayBuffer>;
}

/**
 * Search of int8 vectors. One kernel holds one table at a time and copies another in when asked for it (1 ms for 6 MB), so a runtime with several tables
 * keeps a kernel for each.
 */
export interface ScanKernel {
  readonly name: 'wasm' | 'plain';
  /**
   * The min(k, rows) rows with the greatest inner product with `query`, descending, ties by lower row; rows are those of `lists` (numbers of lists, each at
   * most once), by default all. The query (float32 [dim]) is taken to 15 bits, so that the rows' quantisation is the only error; with exact rows there is
   * none but for a row that falls out of the best `kept(k)`. Rows whose scale is not finite never come; nothing comes for a query of zeros or one that is
   * not finite. Both twins give the same bits. @throws RangeError when dim > scanDimensions, lengths disagree or there is no such list.
   */
  search(table: ScanTable, query: Float32Array, k: number, lists?: Uint32Array): ScanResult;
}

/** Rows of which the exact score is asked, for the best k: int8 puts hardly any of the best behind that many. */
export const kept = (k: number): number => k + 32 + (k >> 2);

export const noResult: ScanResult = { ordinals: new Uint32Array(0), scores: new Float32Array(0) };

/** @returns the rows that the lists hold. */
export function checkScan(table: ScanTable, query: Float32Array, lists?: Uint32Array): number {
  const { n, dim, data, scales, exact, offsets } = table;
  const whole = offsets === undefined || (offsets.length > 0 && offsets[0] === 0 && offsets.at(-1) === n);
  if (
    !whole ||
    dim > scanDimensions ||
    data.length !== n * dim ||
    scales.length !== n ||
    query.length !== dim ||
    (exact && exact.length !== n * dim)
  ) {
    throw new RangeError(`scan: table ${n} x ${dim} (${data.length} values, ${scales.length} scales), query ${query.length}`);
  }
  if (!lists) return n;
  let rows = 0;
  for (const list of lists) {
    if (!offsets || list + 1 >= offsets.length) throw new RangeError(`scan: list ${list} of ${offsets ? offsets.length - 1 : 0}`);
    rows += (offsets[list + 1] as number) - (offsets[list] as number);
  }
  return rows;
}

/** Writes the query as int16. @returns what an int16 stands for; 0 when nothing can be near. */
export function quantiseQuery(query: Float32Array, out: Int16Array): number {
  let largest = 0;
  for (let i = 0; i < query.length; i++) {
    const size = Math.abs(query[i] as number);
    // Not Math.max: NaN must not pass.
    if (!(size <= largest)) largest = size;
  }
  if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return 0;
  const scale = largest / queryMaximum;
  for (let i = 0; i < query.length; i++) out[i] = Math.round((query[i] as number) / scale);
  return scale;
}

/** Exports of an instance of scan.wasm. */
export interface ScanExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  base(): number;
  begin(keys: number, k: number): void;
  offer(data: number, scales: number, first: number, end: number, dim: number, query: number): void;
  offerLists(data: number, scales: number, offsets: number, lists: number, n: number, dim: number, query: number): void;
  rescore(exact: number, dim: number, query: number): void;
  end(k: number, rows: number, scores: number): number;
}

const align = (bytes: number) => (bytes + 63) & ~63;
/** The kernel reads four rows at a time. */
const slackRows = 3;

/** The kernel over an instance of scan.wasm: `wasmScanKernel(instance.exports as unknown as ScanExports)`. */
export function wasmScanKernel(exports: ScanExports): ScanKernel {
  const { memory } = exports;
  let held: Held | undefined;
  return {
    name: 'wasm',
    search(table, query, k, lists) {
      const count = Math.min(k, checkScan(table, query, lists));
      if (count <= 0) return noResult;
      if (!held || !same(held.table, table)) held = hold(exports, table);
      const { at, dim } = held;
      const keep = table.exact ? Math.min(kept(count), table.n) : count;
      const listsAt = align(at.end + keep * 16);
      const rowsAt = align(listsAt + (lists?.length ?? 0) * 4);
      const scoresAt = align(rowsAt + count * 4);
      reserve(exports, scoresAt + count * 4);
      const { buffer } = memory;
      const scale = quantiseQuery(query, new Int16Array(buffer, at.query, table.dim));
      if (scale === 0) return noResult;
      exports.begin(at.end, keep);
      if (lists) {
        new Uint32Array(buffer, listsAt, lists.length).set(lists);
        exports.offerLists(at.data, at.scales, at.offsets, listsAt, lists.length, dim, at.query);
      } else exports.offer(at.data, at.scales, 0, table.n, dim, at.query);
      if (table.exact) {
        new Float32Array(buffer, at.exactQuery, table.dim).set(query);
        exports.rescore(at.exact, dim, at.exactQuery);
      }
      const found = exports.end(count, rowsAt, scoresAt);
      const scores = new Float32Array(buffer, scoresAt, found).slice();
      if (!table.exact) for (let i = 0; i < found; i++) scores[i] = (scores[i] as number) * scale;
      return { ordinals: new Uint32Array(buffer, rowsAt, found).slice(), scores };
    },
  };
}

/** A table in the kernel's memory; addresses in bytes, rows padded to `dim` elements. */
interface Held {
  readonly table: ScanTable;
  readonly dim: number;
  readonly at: Readonly<Record<'data' | 'scales' | 'exact' | 'offsets' | 'query' | 'exactQuery' | 'end', number>>;
}

const same = (a: ScanTable, b: ScanTable) => a.data === b.data && a.exact === b.exact && a.offsets === b.offsets;

function hold(exports: ScanExports, table: ScanTable): Held {
  const dim = (table.dim + 15) & ~15;
  const rows = table.n + slackRows;
  const data = exports.base();
  const scales = align(data + rows * dim);
  const exact = align(scales + rows * 4);
  const offsets = align(exact + (table.exact ? table.n * dim * 4 : 0));
  const query = align(offsets + (table.offsets?.byteLength ?? 0));
  const exactQuery = align(query + dim * 2);
  const end = align(exactQuery + dim * 4);
  reserve(exports, end);
  const { buffer } = exports.memory;
  copyRows(new Int8Array(buffer, data, rows * dim), table.data, table, dim);
  const held = new Float32Array(buffer, scales, rows).fill(Number.NaN);
  for (let row = 0; row < table.n; row++) if (Number.isFinite(table.scales[row])) held[row] = table.scales[row] as number;
  if (table.exact) copyRows(new Float32Array(buffer, exact, table.n * dim), table.exact, table, dim);
  if (table.offsets) new Uint32Array(buffer, offsets, table.offsets.length).set(table.offsets);
  new Uint8Array(buffer, query, end - query).fill(0);
  return { table, dim, at: { data, scales, exact, offsets, query, exactQuery, end } };
}

function copyRows<Values extends Int8Array | Float32Array>(
  to: Values,
  from: Values,
  { n, dim }: ScanTable,
  padded: number,
): void {
  if (padded === dim) {
    to.set(from);
    return;
  }
  to.fill(0);
  for (let row = 0; row < n; row++) to.set(from.subarray(row * dim, (row + 1) * dim), row * padded);
}

function reserve({ memory }: ScanExports, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
}
