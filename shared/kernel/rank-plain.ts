import type { RankKernel } from './rank.ts';

const unaryFunctions: readonly ((x: number, slope: number) => number)[] = [
  (x) => Math.max(x, 0),
  (x, slope) => (x < 0 ? x * slope : x),
  (x) => 1 / (1 + Math.exp(-x)),
  Math.tanh,
  Math.exp,
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
  // Not the functions themselves: they would take the third argument too.
  (a, b) => Math.min(a, b),
  (a, b) => Math.max(a, b),
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
    // Four columns at a time: one load of x serves four sums. Columns past the last are computed and not stored.
    dense(x, w, bias, out, rows, inner, columns, wRow, wPanel, activation, slope) {
      const memory = f32;
      const sums = [0, 0, 0, 0];
      for (let c = 0; c < columns; c += 4) {
        const panel = w + (c >> 3) * wPanel + (c & 7);
        const width = Math.min(4, columns - c);
        for (let r = 0; r < rows; r++) {
          let [s0, s1, s2, s3] = [0, 0, 0, 0];
          for (let from = x + r * inner, end = from + inner, at = panel; from < end; from++, at += wRow) {
            const value = memory[from] as number;
            s0 += value * (memory[at] as number);
            s1 += value * (memory[at + 1] as number);
            s2 += value * (memory[at + 2] as number);
            s3 += value * (memory[at + 3] as number);
          }
          sums[0] = s0;
          sums[1] = s1;
          sums[2] = s2;
          sums[3] = s3;
          for (let i = 0; i < width; i++) {
            let sum = (sums[i] as number) + (bias ? (memory[bias + c + i] as number) : 0);
            if (activation && sum < 0) sum = activation === 1 ? 0 : sum * slope;
            memory[out + r * columns + c + i] = sum;
          }
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
