import type { RankKernel } from './rank.ts';

const unaryFunctions: readonly ((x: number, slope: number) => number)[] = [
  (x) => Math.max(x, 0),
  (x, slope) => (x < 0 ? x * slope : x),
  (x) => 1 / (1 + Math.exp(-x)),
  Math.tanh,
  Math.exp,
  Math.log,
  Math.sqrt,
  (x) => -x,
  Math.abs,
  (x) => (Number.isNaN(x) ? 1 : 0),
];

const binaryFunctions: readonly ((a: number, b: number, old: number) => number)[] = [
  (a, b) => a + b,
  (a, b) => a - b,
  (a, b) => a * b,
  (a, b) => a / b,
  (a) => a,
  Math.min,
  Math.max,
  (a, b, old) => (a !== 0 ? b : old),
];

/** The twin of rank.wasm: its reference in tests and its stand-in where WASM SIMD is refused. Sums in float64. */
export function plainRankKernel(): RankKernel {
  let f32 = new Float32Array(1024);
  let u32 = new Uint32Array(f32.buffer);
  return {
    name: 'plain',
    base: 16,
    owner: undefined,
    memory(length) {
      if (length > f32.length) {
        const grown = new Float32Array(Math.max(length, f32.length * 2));
        grown.set(f32);
        f32 = grown;
        u32 = new Uint32Array(f32.buffer);
      }
      return f32;
    },
    dense(x, w, bias, out, rows, inner, columns, wRow, wPanel, activation, slope) {
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++) {
          let sum = bias ? (f32[bias + c] as number) : 0;
          let at = w + (c >> 3) * wPanel + (c & 7);
          for (let k = 0; k < inner; k++, at += wRow) sum += (f32[x + r * inner + k] as number) * (f32[at] as number);
          if (activation && sum < 0) sum = activation === 1 ? 0 : sum * slope;
          f32[out + r * columns + c] = sum;
        }
      }
    },
    unary(operation, x, out, count, slope) {
      const f = unaryFunctions[operation] as (typeof unaryFunctions)[0];
      for (let i = 0; i < count; i++) f32[out + i] = f(f32[x + i] as number, slope);
    },
    binary(operation, a, b, out, rows, columns, aRow, aColumn, bRow, bColumn, outRow) {
      const f = binaryFunctions[operation] as (typeof binaryFunctions)[0];
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++) {
          const at = out + r * outRow + c;
          f32[at] = f(f32[a + r * aRow + c * aColumn] as number, f32[b + r * bRow + c * bColumn] as number, f32[at] as number);
        }
      }
    },
    softmax(x, out, rows, columns) {
      for (let r = 0; r < rows; r++, x += columns, out += columns) {
        let largest = Number.NEGATIVE_INFINITY;
        for (let c = 0; c < columns; c++) largest = Math.max(largest, f32[x + c] as number);
        let sum = 0;
        for (let c = 0; c < columns; c++) sum += f32[out + c] = Math.exp((f32[x + c] as number) - largest);
        for (let c = 0; c < columns; c++) f32[out + c] = (f32[out + c] as number) / sum;
      }
    },
    trees(x, columns, nodes, values, index, count, out, rows, initial) {
      for (let r = 0; r < rows; r++, x += columns) {
        let sum = initial;
        for (let t = index; t < index + 2 * count; t += 2) {
          const start = u32[t] as number;
          const root = nodes + 2 * start;
          let at = 0;
          for (let depth = u32[t + 1] as number; depth > 0; depth--) {
            const word = u32[root + 2 * at + 1] as number;
            const value = f32[x + ((word >>> 2) & 0xfff)] as number;
            const left = (word >>> 14) & 0x1ffff;
            at = left + ((word >>> 31 ? -value : value) < (f32[root + 2 * at] as number) ? 0 : 1);
          }
          sum += f32[values + start + at] as number;
        }
        f32[out + r] = sum;
      }
    },
  };
}
