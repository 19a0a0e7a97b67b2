import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { activation, binaryOperation, type RankKernel, unaryOperation } from './rank.ts';

const number = fc.float({ min: -6, max: 6, noNaN: true });
const numbers = (length: number) => fc.array(number, { minLength: length, maxLength: length });

/** What each operation is, in float64. */
const unaryReference: Record<keyof typeof unaryOperation, (x: number, slope: number) => number> = {
  relu: (x) => Math.max(0, x),
  leakyRelu: (x, slope) => (x < 0 ? slope * x : x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  exp: Math.exp,
  sqrt: Math.sqrt,
  neg: (x) => -x,
  abs: Math.abs,
  isNaN: (x) => Number(Number.isNaN(x)),
};
const binaryReference: Record<keyof typeof binaryOperation, (a: number, b: number, old: number) => number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  copy: (a) => a,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  put: (a, b, old) => (a === 0 ? old : b),
};

/** Within float32's own error of sums of this size; same NaN and infinities. */
function expectClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  for (const [i, value] of expected.entries()) {
    const rounded = Math.fround(value);
    const found = actual[i] as number;
    if (!Number.isFinite(rounded)) expect(found).toBe(rounded);
    else expect(Math.abs(found - rounded)).toBeLessThanOrEqual(2e-6 * Math.max(1, Math.abs(rounded)));
  }
}

/** Places arrays one after another and gives their addresses, the last of them the output's. */
function place(kernel: RankKernel, ...arrays: readonly (readonly number[])[]): number[] {
  let at = kernel.base;
  const room = arrays.reduce((sum, array) => sum + array.length + 32, 64);
  const memory = kernel.memory(kernel.base + room);
  return arrays.map((array) => {
    memory.set(array, at);
    const start = at;
    at = (at + array.length + 8 + 15) & ~15;
    return start;
  });
}

const untouched = 12345;

/** What every rank kernel does, whatever it is made of. */
export function rankCases(name: string, open: () => RankKernel | Promise<RankKernel>): void {
  describe(`rank kernel, ${name}`, async () => {
    const kernel = await open();

    test('dense is activate(x * w + bias) for packed and row-major weights', () => {
      const shape = fc.record({
        rows: fc.integer({ min: 1, max: 9 }),
        inner: fc.integer({ min: 0, max: 20 }),
        columns: fc.integer({ min: 1, max: 21 }),
      });
      const inputs = shape.chain((s) =>
        fc.record({
          s: fc.constant(s),
          x: numbers(s.rows * s.inner),
          w: numbers(s.inner * s.columns),
          bias: fc.option(numbers(s.columns)),
          kind: fc.constantFrom(...Object.values(activation)),
          isPacked: fc.boolean(),
        }),
      );
      fc.assert(
        fc.property(inputs, ({ s: { rows, inner, columns }, x, w, bias, kind, isPacked }) => {
          const panels = new Array<number>(Math.ceil(columns / 8) * 8 * inner).fill(untouched);
          for (const [i, value] of w.entries()) {
            const c = i % columns;
            panels[((c >> 3) * inner + Math.floor(i / columns)) * 8 + (c & 7)] = value;
          }
          const [xAt, wAt, biasAt, out] = place(
            kernel,
            x,
            isPacked ? panels : w,
            bias ?? [],
            new Array(rows * columns + 1).fill(untouched),
          ) as [number, number, number, number];
          kernel.dense(
            xAt,
            wAt,
            bias ? biasAt : 0,
            out,
            rows,
            inner,
            columns,
            isPacked ? 8 : columns,
            isPacked ? 8 * inner : 8,
            kind,
            0.25,
          );
          const expected = Array.from({ length: rows * columns }, (_, i) => {
            const [r, c] = [Math.floor(i / columns), i % columns];
            let sum = bias?.[c] ?? 0;
            for (let k = 0; k < inner; k++) sum += (x[r * inner + k] as number) * (w[k * columns + c] as number);
            return sum >= 0 || kind === activation.none ? sum : kind === activation.relu ? 0 : sum * 0.25;
          });
          const found = kernel.memory(0).subarray(out, out + rows * columns + 1);
          // Sums of up to 20 products of size 36.
          for (const [i, value] of expected.entries()) expect(Math.abs((found[i] as number) - value)).toBeLessThan(2e-4);
          expect(found[rows * columns]).toBe(untouched);
        }),
      );
    });

    test('unary operations follow their definition, also at the ends', () => {
      const special = [0, 1, -1, 20, -20, 100, -100, 1e-6, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      fc.assert(
        fc.property(fc.array(fc.oneof(number, fc.constantFrom(...special)), { minLength: 1, maxLength: 11 }), (x) => {
          for (const [operation, f] of Object.entries(unaryReference)) {
            const [at, out] = place(kernel, x, x) as [number, number];
            kernel.unary(unaryOperation[operation as keyof typeof unaryOperation], at, out, x.length, 0.25);
            const expected = x.map((value) => f(Math.fround(value), 0.25));
            expectClose(kernel.memory(0).subarray(out), expected);
            kernel.unary(unaryOperation[operation as keyof typeof unaryOperation], at, at, x.length, 0.25);
            expectClose(kernel.memory(0).subarray(at), expected);
          }
        }),
      );
    });

    test('binary operations take any steps and write nothing else', () => {
      const steps = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 3 }));
      const inputs = fc.record({
        rows: fc.integer({ min: 1, max: 5 }),
        columns: fc.integer({ min: 1, max: 11 }),
        gap: fc.integer({ min: 0, max: 3 }),
        a: fc.tuple(steps, numbers(120)),
        b: fc.tuple(steps, numbers(120)),
        condition: fc.boolean(),
      });
      fc.assert(
        fc.property(inputs, ({ rows, columns, gap, a: [[aRow, aColumn], a], b: [[bRow, bColumn], b], condition }) => {
          const outRow = columns + gap;
          const first = condition ? a.map((value) => Number(value > 0)) : a;
          for (const [operation, f] of Object.entries(binaryReference)) {
            const before = new Array<number>(rows * outRow).fill(untouched);
            const [aAt, bAt, out] = place(kernel, first, b, before) as [number, number, number];
            kernel.binary(
              binaryOperation[operation as keyof typeof binaryOperation],
              aAt,
              bAt,
              out,
              rows,
              columns,
              aRow,
              aColumn,
              bRow,
              bColumn,
              outRow,
            );
            for (let r = 0; r < rows; r++) {
              for (let c = 0; c < columns; c++) {
                const [x, y] = [first[r * aRow + c * aColumn] as number, b[r * bRow + c * bColumn] as number];
                before[r * outRow + c] = f(Math.fround(x), Math.fround(y), untouched);
              }
            }
            expectClose(kernel.memory(0).subarray(out), before);
          }
        }),
      );
    });

    test('softmax rows sum to one and keep their ratios', () => {
      const inputs = fc.record({ rows: fc.integer({ min: 1, max: 4 }), columns: fc.integer({ min: 1, max: 9 }), x: numbers(36) });
      fc.assert(
        fc.property(inputs, fc.constantFrom(0, 80, -1e4), ({ rows, columns, x }, shift) => {
          const given = x.map((value) => Math.fround(value + shift));
          const [at, out] = place(kernel, given, x) as [number, number];
          kernel.softmax(at, out, rows, columns);
          for (let r = 0; r < rows; r++) {
            const row = given.slice(r * columns, (r + 1) * columns);
            const largest = Math.max(...row);
            const sum = row.reduce((total, value) => total + Math.exp(value - largest), 0);
            expectClose(
              kernel.memory(0).subarray(out + r * columns),
              row.map((value) => Math.exp(value - largest) / sum),
            );
          }
        }),
      );
    });

    test('trees go left below the threshold, NaN right, and the sign bit turns x', () => {
      const columns = 2;
      // x0 < 1 ? (-x1 < 2 ? 10 : 20) : 30, and a tree that is a leaf.
      const word = (left: number, feature: number, isNegated = 0) => ((isNegated << 31) | (left << 14) | (feature << 2)) >>> 0;
      const nodes: [number, number][] = [
        [1, word(1, 0)],
        [2, word(3, 1, 1)],
        [Number.NaN, word(1, 0)],
        [Number.NaN, word(2, 0)],
        [Number.NaN, word(3, 0)],
        [Number.NaN, word(0x1ffff, 0)],
      ];
      const rows = [
        [0, 0],
        [0, -2],
        [1, 0],
        [Number.NaN, 0],
        [0, Number.NaN],
        [-5, 7],
      ];
      const [x, values, nodesAt, index, out] = place(
        kernel,
        rows.flat(),
        [0, 0, 30, 10, 20, 0.5],
        new Array(12).fill(0),
        new Array(4).fill(0),
        rows.map(() => 0),
      ) as [number, number, number, number, number];
      const memory = kernel.memory(0);
      const words = new Uint32Array(memory.buffer);
      for (const [i, [threshold, packed]] of nodes.entries()) {
        memory[nodesAt + 2 * i] = threshold;
        words[nodesAt + 2 * i + 1] = packed;
      }
      words.set([0, 2, 5, 0], index);
      kernel.trees(x, columns, nodesAt, values, index, 2, out, rows.length, 100);
      expect(Array.from(memory.subarray(out, out + rows.length))).toEqual([110.5, 120.5, 130.5, 130.5, 120.5, 110.5]);
    });

    test('memory grows and keeps what it holds', () => {
      const [at] = place(kernel, [1, 2, 3]) as [number];
      const length = kernel.memory(0).length + 100_000;
      expect(kernel.memory(length).length).toBeGreaterThanOrEqual(length);
      expect(Array.from(kernel.memory(0).subarray(at, at + 3))).toEqual([1, 2, 3]);
    });
  });
}
