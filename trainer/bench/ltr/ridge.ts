import { openInversion } from '../../candidate/inverse.ts';
import type { RankingFile } from './libsvm.ts';

/** Rows that a ridge is fitted on at most, of whole queries: more would change no digit of some hundred coefficients. */
const mostRows = 100_000;

/**
 * Features of each query with mean 0 and variance 1 within the query, missing ones at the mean; a feature that is constant in the query is 0. A
 * linear ranker has no other way to know that queries differ.
 */
export function normaliseByQuery({ columns, features, offsets }: RankingFile): Float32Array {
  const out = new Float32Array(features.length);
  for (let q = 0; q + 1 < offsets.length; q++) {
    const [from, to] = [offsets[q] as number, offsets[q + 1] as number];
    for (let c = 0; c < columns; c++) {
      let n = 0;
      let sum = 0;
      let squares = 0;
      for (let row = from; row < to; row++) {
        const x = features[row * columns + c] as number;
        if (Number.isNaN(x)) continue;
        n++;
        sum += x;
      }
      const mean = n > 0 ? sum / n : 0;
      for (let row = from; row < to; row++) {
        const x = features[row * columns + c] as number;
        if (!Number.isNaN(x)) squares += (x - mean) ** 2;
      }
      const scale = squares > 0 ? Math.sqrt(n / squares) : 0;
      for (let row = from; row < to; row++) {
        const x = features[row * columns + c] as number;
        out[row * columns + c] = Number.isNaN(x) ? 0 : (x - mean) * scale;
      }
    }
  }
  return out;
}

/**
 * Ridge regression of grades, less their query's mean, on features normalised by query.
 * @param penalty per row, against features of variance 1. @returns coefficients [columns].
 */
export async function fitRidge(file: RankingFile, penalty: number, threads: number): Promise<Float64Array> {
  const { columns, labels, offsets } = file;
  const normal = normaliseByQuery(file);
  const step = Math.ceil(labels.length / mostRows);
  const inversion = await openInversion(columns, threads);
  try {
    const { matrix, stride } = inversion;
    const right = new Float64Array(columns);
    const present = new Int32Array(columns);
    let rows = 0;
    for (let q = 0; q + 1 < offsets.length; q += step) {
      const own = labels.subarray(offsets[q], offsets[q + 1]);
      const mean = own.reduce((sum, label) => sum + label, 0) / own.length;
      for (const [i, label] of own.entries()) {
        const at = ((offsets[q] as number) + i) * columns;
        let count = 0;
        for (let c = 0; c < columns; c++) if (normal[at + c] !== 0) present[count++] = c;
        for (let a = 0; a < count; a++) {
          const c = present[a] as number;
          const x = normal[at + c] as number;
          right[c] = (right[c] as number) + x * (label - mean);
          const line = c * stride;
          for (let b = 0; b <= a; b++) {
            const d = present[b] as number;
            matrix[line + d] = (matrix[line + d] as number) + x * (normal[at + d] as number);
          }
        }
        rows++;
      }
    }
    for (let c = 0; c < columns; c++) matrix[c * stride + c] = (matrix[c * stride + c] as number) + penalty * rows;
    inversion.invert();
    return Float64Array.from({ length: columns }, (_, c) => {
      let sum = 0;
      for (let d = 0; d < columns; d++) sum -= (matrix[c * stride + d] as number) * (right[d] as number);
      return sum;
    });
  } finally {
    await inversion.close();
  }
}

/** Scores [rows] of the file's documents. */
export function scoreRidge(coefficients: Float64Array, file: RankingFile): Float64Array {
  const normal = normaliseByQuery(file);
  const { columns } = file;
  return Float64Array.from(file.labels, (_, row) => {
    let score = 0;
    for (let c = 0; c < columns; c++) score += (coefficients[c] as number) * (normal[row * columns + c] as number);
    return score;
  });
}
