import type { VectorTable } from '../../../shared/vector/table.ts';

export const scanRows = 100_000;
export const scanDim = 64;
export const scanTop = 100;

/** The same noise in Node and in workerd: an int8 table and a query, from a linear congruential generator. */
export function noiseTable(): { table: VectorTable; query: Float32Array } {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const data = new Int8Array(scanRows * scanDim);
  for (let i = 0; i < data.length; i++) data[i] = Math.round((next() + next() + next() - 1.5) * 80);
  const scales = Float32Array.from({ length: scanRows }, () => (0.5 + next()) / 127);
  return {
    table: { n: scanRows, dim: scanDim, data, scales },
    query: Float32Array.from({ length: scanDim }, () => next() - 0.5),
  };
}
