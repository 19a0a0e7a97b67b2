import type { RankingRows } from './rows.ts';

/** Per column: x' = (x - mean) / std. Both are exact float32 numbers, as they stand in the model. */
export interface Standard {
  readonly mean: Float32Array;
  readonly std: Float32Array;
}

/** A column with less spread than this (or no value at all) is only centred. */
const leastDeviation = 1e-6;

/** Mean and population standard deviation of the values that are present. Infinite values are refused: they are a bug of a feature. */
export function standardOf(rows: RankingRows, to: number): Standard {
  const { columns, features } = rows;
  const end = (rows.offsets[to] as number) * columns;
  const count = new Float64Array(columns);
  const mean = new Float64Array(columns);
  const squares = new Float64Array(columns);
  // Welford 1962: stable for columns such as milliseconds, whose mean is large beside their deviation.
  for (let at = 0; at < end; at++) {
    const value = features[at] as number;
    if (Number.isNaN(value)) continue;
    const c = at % columns;
    if (!Number.isFinite(value))
      throw new RangeError(`feature column ${c} has an infinite value in row ${Math.floor(at / columns)}`);
    const n = (count[c] as number) + 1;
    const delta = value - (mean[c] as number);
    count[c] = n;
    mean[c] = (mean[c] as number) + delta / n;
    squares[c] = (squares[c] as number) + delta * (value - (mean[c] as number));
  }
  const std = squares.map((sum, c) => {
    const deviation = Math.sqrt(sum / Math.max(1, count[c] as number));
    return deviation > leastDeviation ? deviation : 1;
  });
  return { mean: Float32Array.from(mean), std: Float32Array.from(std) };
}

/** Writes [standardised | isMissing] (2 x columns) of `n` rows that start at row `start`, the input of the first dense layer; rows of `out` are `width` long. */
export function standardiseInto(
  standard: Standard,
  features: Float32Array,
  start: number,
  n: number,
  out: Float64Array,
  width = 2 * standard.mean.length,
): void {
  const columns = standard.mean.length;
  for (let r = 0; r < n; r++) {
    const from = (start + r) * columns;
    const to = r * width;
    for (let c = 0; c < columns; c++) {
      const value = features[from + c] as number;
      const missing = Number.isNaN(value);
      out[to + c] = missing ? 0 : (value - (standard.mean[c] as number)) / (standard.std[c] as number);
      out[to + columns + c] = missing ? 1 : 0;
    }
  }
}
