import { queryMaximum, type ScanKernel, type ScanResult } from '../kernel/scan.ts';
import type { VectorTable } from './table.ts';

/**
 * The k rows with the greatest inner product with `query` (float32 [dim]), descending, ties by lower ordinal: an exact scan of the int8
 * table with the query at 15 bits, so that the rows' quantisation is the only error. Empty for a query of zeros or without a finite size.
 * @throws RangeError when the query has another dimension.
 */
export function nearest(kernel: ScanKernel, table: VectorTable, query: Float32Array, k: number): ScanResult {
  if (query.length !== table.dim) throw new RangeError(`nearest: query of ${query.length}, vectors of ${table.dim}`);
  let largest = 0;
  for (const value of query) largest = Math.max(largest, Math.abs(value));
  if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) return { ordinals: new Uint32Array(0), scores: new Float32Array(0) };
  const scale = largest / queryMaximum;
  const found = kernel.scan(
    table,
    Int16Array.from(query, (value) => Math.round(value / scale)),
    k,
  );
  return { ordinals: found.ordinals, scores: found.scores.map((score) => score * scale) };
}
