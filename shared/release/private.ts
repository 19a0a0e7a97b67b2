import { isSha256, type Ordinal, type Sha256 } from '../contract/id.ts';
import type { DisplayItem } from '../contract/pack.ts';
import { decodeTable, encodeTable, sectionOf, TableRefused } from '../contract/table.ts';
import { utf8Encode } from '../contract/utf8.ts';
import type { ScanTable } from '../kernel/scan.ts';
import type { VectorList } from '../vector/list.ts';
import { scanTableOf } from '../vector/table.ts';

/**
 * What a device needs to find candidates by itself: centroids of inverted lists, and a file for each list by its content. Which items a visitor's query finds
 * is in no request; the lists that are fetched are.
 */
export interface PrivateIndex {
  readonly dim: number;
  /** Lists to look into. */
  readonly probes: number;
  /** Share of the true 100 nearest that are found with them, as measured. */
  readonly recall: number;
  /** Catalogue features are as of this time. */
  readonly asOfMs: number;
  /** Names of the columns of `PrivateList.catalog`. */
  readonly columns: readonly string[];
  /** As in ListDirectory: [lists x (dim + 1)]. */
  readonly centroids: ScanTable;
  /** [lists] */
  readonly digests: readonly Sha256[];
  /** [dim x dim], see `foldIn`. */
  readonly fold?: Float32Array;
}

/** One list: its items with all that it takes to score and show them. Index i of each column belongs to item i. */
export interface PrivateList extends VectorList {
  /** Ordinals of the release. */
  readonly rows: Uint32Array;
  readonly items: readonly DisplayItem[];
  /** [items x columns] */
  readonly catalog: Float32Array;
}

const [indexKind, listKind] = ['private', 'private-list'];
const digestBytes = 32;

export function encodePrivateIndex(index: PrivateIndex): Uint8Array<ArrayBuffer> {
  const { dim, probes, recall, asOfMs, columns, centroids, digests, fold } = index;
  const raw = Uint8Array.from(
    digests.flatMap((digest) => digest.match(/../g) ?? []),
    (pair) => Number.parseInt(pair, 16),
  );
  const sections = { centroids: centroids.data, scales: centroids.scales, digests: raw, ...(fold && { fold }) };
  return encodeTable({ kind: indexKind, meta: { dim, probes, recall, asOfMs, columns }, sections });
}

/** @throws TableRefused when the bytes are no such table or its parts do not fit together. */
export function decodePrivateIndex(bytes: Uint8Array): PrivateIndex {
  const table = decodeTable(bytes, indexKind);
  const { dim, probes, recall, asOfMs, columns } = table.meta;
  const raw = sectionOf(table, 'digests', 'u8');
  const lists = raw.length / digestBytes;
  const fold = table.sections.fold && sectionOf(table, 'fold', 'f32');
  const [data, scales] = [sectionOf(table, 'centroids', 'i8'), sectionOf(table, 'scales', 'f32')];
  const whole =
    typeof dim === 'number' &&
    typeof probes === 'number' &&
    probes >= 1 &&
    typeof recall === 'number' &&
    typeof asOfMs === 'number' &&
    isNames(columns) &&
    Number.isInteger(lists) &&
    scales.length === lists &&
    data.length === lists * (dim + 1) &&
    (!fold || fold.length === dim ** 2);
  if (!whole) throw new TableRefused(`private: ${lists} lists do not fit together`);
  const hex = Array.from(raw, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const digests = Array.from({ length: lists }, (_, l) => hex.slice(64 * l, 64 * (l + 1))).filter(isSha256);
  const centroids = { n: lists, dim: dim + 1, data, scales };
  return { dim, probes, recall, asOfMs, columns, centroids, digests, ...(fold && { fold }) };
}

export function encodePrivateList({ rows, table, items, catalog }: PrivateList): Uint8Array<ArrayBuffer> {
  const { dim, data, scales } = table;
  const sections = { rows, data, scales, catalog, items: utf8Encode(JSON.stringify(items)) };
  return encodeTable({ kind: listKind, meta: { dim }, sections });
}

/** @param text the runtime's own UTF-8 decoder. @throws TableRefused when the bytes are no such list or its parts do not fit together; SyntaxError */
export function decodePrivateList(bytes: Uint8Array, columns: number, text: (bytes: Uint8Array) => string): PrivateList {
  const table = decodeTable(bytes, listKind);
  const rows = sectionOf(table, 'rows', 'u32');
  const catalog = sectionOf(table, 'catalog', 'f32');
  const items = JSON.parse(text(sectionOf(table, 'items', 'u8'))) as DisplayItem[];
  const n = rows.length;
  if (!Array.isArray(items) || items.length !== n || catalog.length !== n * columns || !items.every(isShown))
    throw new TableRefused(`private-list: ${n} rows do not fit together`);
  return { rows, items, catalog, table: scanTableOf(table, n, table.meta.dim) };
}

const isNames = (value: unknown): value is string[] => Array.isArray(value) && value.every((name) => typeof name === 'string');
const isShown = (item: Partial<DisplayItem> | null): boolean =>
  typeof item?.id === 'string' && typeof item.title === 'string' && Array.isArray(item.categories);

/** Rows of some lists by ordinal: where an item that was found is. */
export function placesOf(lists: readonly PrivateList[]): ReadonlyMap<Ordinal, readonly [list: PrivateList, row: number]> {
  return new Map(lists.flatMap((list) => Array.from(list.rows, (ordinal, row) => [ordinal, [list, row]] as const)));
}
