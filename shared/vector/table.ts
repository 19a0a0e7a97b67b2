import { decodeTable, encodeTable, sectionOf, type Table, TableRefused } from '../contract/table.ts';
import { scanDimensions } from '../kernel/scan.ts';

/** Item vectors [n x dim], row-major, int8 with one scale per row: vector = scale * int8. Row = ordinal. */
export interface VectorTable {
  readonly n: number;
  readonly dim: number;
  readonly data: Int8Array;
  readonly scales: Float32Array;
  /** The rows in float32 [n x dim], where the best are scored again with them. */
  readonly exact?: Float32Array;
  /** [dim x dim], see `foldIn`: a visitor's vector is solved for. Absent: vectors have directions only. */
  readonly fold?: Float32Array;
}

/**
 * Symmetric quantisation of each row to [-127, 127] by its largest absolute value; an error of at most half a scale per element.
 * A row of zeros stays zeros with scale 0.
 * @throws RangeError when the length is not n * dim, dim is over 1,024 or a value is not finite.
 */
export function quantise(vectors: Float32Array, n: number, dim: number): VectorTable {
  if (vectors.length !== n * dim || dim > scanDimensions)
    throw new RangeError(`quantise: ${vectors.length} values for ${n} x ${dim}`);
  const data = new Int8Array(n * dim);
  const scales = new Float32Array(n);
  for (let row = 0; row < n; row++) {
    const end = (row + 1) * dim;
    let largest = 0;
    for (let i = row * dim; i < end; i++) {
      const size = Math.abs(vectors[i] as number);
      if (!(size < Number.POSITIVE_INFINITY)) throw new RangeError(`quantise: row ${row} holds ${vectors[i]}`);
      if (size > largest) largest = size;
    }
    const scale = Math.fround(largest / 127);
    scales[row] = scale;
    if (scale > 0) for (let i = row * dim; i < end; i++) data[i] = Math.round((vectors[i] as number) / scale);
  }
  return { n, dim, data, scales };
}

/** Float32 [dim] of one row. @throws RangeError when the ordinal is not in the table. */
export function rowOf(table: VectorTable, ordinal: number): Float32Array<ArrayBuffer> {
  const { n, dim, data, scales } = table;
  if (!(ordinal >= 0 && ordinal < n)) throw new RangeError(`vectors: ordinal ${ordinal} of ${n}`);
  const scale = scales[ordinal] as number;
  const row = new Float32Array(dim);
  for (let d = 0; d < dim; d++) row[d] = (data[ordinal * dim + d] as number) * scale;
  return row;
}

const kind = 'vectors';

export function encodeVectors(table: VectorTable): Uint8Array<ArrayBuffer> {
  return encodeTable({
    kind,
    meta: { n: table.n, dim: table.dim },
    sections: {
      data: table.data,
      scales: table.scales,
      ...(table.exact && { exact: table.exact }),
      ...(table.fold && { fold: table.fold }),
    },
  });
}

/** @throws TableRefused when the bytes are not a vector table or its sizes disagree. */
export function decodeVectors(bytes: Uint8Array): VectorTable {
  const table = decodeTable(bytes, kind);
  const rows = scanTableOf(table, table.meta.n, table.meta.dim);
  if (!table.sections.fold) return rows;
  const fold = sectionOf(table, 'fold', 'f32');
  if (fold.length !== rows.dim ** 2)
    throw new TableRefused(`vectors: ${fold.length} values to fold in with ${rows.dim} dimensions`);
  return { ...rows, fold };
}

/** The rows of a file that holds some: sections data, scales and, if there are exact rows, exact. @throws TableRefused when sizes disagree. */
export function scanTableOf(table: Table, n: unknown, dim: unknown): VectorTable {
  const data = sectionOf(table, 'data', 'i8');
  const scales = sectionOf(table, 'scales', 'f32');
  const { exact: stored } = table.sections;
  const exact = stored && sectionOf(table, 'exact', 'f32');
  if (
    typeof n !== 'number' ||
    typeof dim !== 'number' ||
    !(dim <= scanDimensions) ||
    scales.length !== n ||
    data.length !== n * dim ||
    (exact && exact.length !== data.length)
  ) {
    throw new TableRefused(`${table.kind}: ${data.length} values and ${scales.length} scales for ${n} x ${dim}`);
  }
  return { n, dim, data, scales, ...(exact && { exact }) };
}
