import { decodeTable, encodeTable, sectionOf, TableRefused } from '../contract/table.ts';

/** Catalogue features of every item as of the release: Float32 [n x columns.length], row-major by ordinal, transformed, NaN = missing. */
export interface CatalogTable {
  readonly columns: readonly string[];
  readonly n: number;
  readonly values: Float32Array;
}

export function encodeCatalog({ columns, n, values }: CatalogTable): Uint8Array<ArrayBuffer> {
  if (values.length !== n * columns.length) throw new RangeError(`catalog: ${values.length} values for ${n} x ${columns.length}`);
  return encodeTable({ kind: 'catalog', meta: { columns, n }, sections: { values } });
}

/** @throws TableRefused when the bytes are not a catalogue table or its shape does not add up. */
export function decodeCatalog(bytes: Uint8Array): CatalogTable {
  const table = decodeTable(bytes, 'catalog');
  const { columns, n } = table.meta;
  const values = sectionOf(table, 'values', 'f32');
  if (!Array.isArray(columns) || !columns.every((name) => typeof name === 'string'))
    throw new TableRefused('catalog: columns are not names');
  if (typeof n !== 'number' || values.length !== n * columns.length)
    throw new TableRefused(`catalog: ${values.length} values for ${n} x ${columns.length}`);
  return { columns, n, values };
}
