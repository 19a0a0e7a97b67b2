/** Elementwise functions of one argument. The numbers are the kernel's. */
export const unaryOperation = {
  relu: 0,
  /** x < 0 ? slope * x : x */
  leakyRelu: 1,
  sigmoid: 2,
  tanh: 3,
  exp: 4,
  sqrt: 5,
  neg: 6,
  abs: 7,
  /** 1 where NaN, else 0 */
  isNaN: 8,
} as const;

/** Elementwise functions of two arguments. */
export const binaryOperation = {
  add: 0,
  sub: 1,
  mul: 2,
  div: 3,
  /** a; b is not used */
  copy: 4,
  min: 5,
  max: 6,
  /** b where a is not 0; elsewhere the output stays as it is */
  put: 7,
} as const;

/** What `dense` applies to its sums. */
export const activation = { none: 0, relu: 1, leakyRelu: 2 } as const;

/**
 * Numeric kernels over one linear memory of float32. Every address and stride is in float32 elements; the caller lays memory out and
 * keeps addresses in bounds, four-element aligned and each value padded to whole vectors of four, with eight spare elements at the end.
 * Engines share one kernel by turns: who finds that `owner` is someone else copies its constants in again.
 * Positional arguments as in BLAS: an object per call would be garbage per call.
 */
export interface DenseKernel {
  readonly name: 'wasm' | 'plain';
  /** First free address, a multiple of 16. 0 is never a value. */
  readonly base: number;
  owner: object | undefined;
  /** The memory, of at least `length` elements, grown where needed; earlier views are then detached. */
  memory(length: number): Float32Array;
  /**
   * out [rows x columns] = activate(x [rows x inner] * w [inner x columns] + bias [columns]); bias 0 = none. Element (k, c) of w lies at
   * w + floor(c / 8) * wPanel + k * wRow + c % 8: packed panels of eight columns (wRow 8, wPanel 8 * inner) or row-major (wRow columns, wPanel 8).
   */
  dense(
    x: number,
    w: number,
    bias: number,
    out: number,
    rows: number,
    inner: number,
    columns: number,
    wRow: number,
    wPanel: number,
    activation: number,
    slope: number,
  ): void;
  /** out[i] = f(x[i]), i < count. out may be x. */
  unary(operation: number, x: number, out: number, count: number, slope: number): void;
  /** out[r * outRow + c] = f(a[r * aRow + c * aColumn], b[r * bRow + c * bColumn]). out may be a or b where their steps are the same. */
  binary(
    operation: number,
    a: number,
    b: number,
    out: number,
    rows: number,
    columns: number,
    aRow: number,
    aColumn: number,
    bRow: number,
    bColumn: number,
    outRow: number,
  ): void;
}

/** Every kernel: for models that are more than dense layers. */
export interface RankKernel extends DenseKernel {
  /** Each row of x [rows x columns] to e^(x - max) / sum. */
  softmax(x: number, out: number, rows: number, columns: number): void;
  /**
   * out[r] = initial + the leaf value of every tree for row r of x [rows x columns].
   * nodes: pairs (float32 threshold, uint32 word): bit 31 flips the sign of x, bits 14-30 the left child (right = left + 1, both counted from
   * the tree's first node), bits 2-13 the feature. Left where ±x < threshold; NaN goes right. A leaf has threshold NaN and left = itself - 1.
   * values: float32 per node. index: uint32 pairs (first node, depth) per tree.
   */
  trees(
    x: number,
    columns: number,
    nodes: number,
    values: number,
    index: number,
    count: number,
    out: number,
    rows: number,
    initial: number,
  ): void;
}

/** Exports of an instance of dense.wasm. Structural, because this room knows no WebAssembly types. */
export interface DenseExports extends Pick<DenseKernel, 'dense' | 'unary' | 'binary'> {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  base(): number;
}

/** Exports of an instance of rank.wasm. */
export interface RankExports extends DenseExports, Pick<RankKernel, 'softmax' | 'trees'> {}

/** The kernel over an instance of dense.wasm: `wasmDenseKernel(instance.exports as unknown as DenseExports)`. */
export function wasmDenseKernel({ memory, base, dense, unary, binary }: DenseExports): DenseKernel {
  let view = new Float32Array(memory.buffer);
  return {
    name: 'wasm',
    base: base(),
    owner: undefined,
    memory(length) {
      const missing = length * 4 - view.byteLength;
      if (missing > 0) {
        memory.grow(Math.ceil(missing / 65536));
        view = new Float32Array(memory.buffer);
      }
      return view;
    },
    dense,
    unary,
    binary,
  };
}

/** The kernel over an instance of rank.wasm. */
export const wasmRankKernel = (exports: RankExports): RankKernel =>
  Object.assign(wasmDenseKernel(exports), { softmax: exports.softmax, trees: exports.trees });
