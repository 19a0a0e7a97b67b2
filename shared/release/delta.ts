import { isItemId, isReleaseId, type Ordinal, type ReleaseId } from '../contract/id.ts';
import type { Item } from '../contract/item.ts';
import { decodeTable, encodeTable, sectionOf, TableRefused } from '../contract/table.ts';
import { utf8Decode, utf8Encode } from '../contract/utf8.ts';
import { decodeDelta, encodeDelta, type IndexDelta } from '../vector/delta.ts';

/**
 * What has changed in a catalogue since a release was trained: one small file, named by its content, that the traffic plan puts beside the release. It is
 * always the whole difference to the release, never to another delta.
 */
export interface ReleaseDelta {
  readonly release: ReleaseId;
  /** Items that are gone, and the vectors of the new ones; a new one without a vector has zeros and is near nothing. */
  readonly index: IndexDelta;
  /** New items: the k-th has ordinal index.n + k and row k of `index.added`. */
  readonly added: readonly Item[];
  /** Items like the new ones, best first, ordinals of the release: entries offsets[k] to offsets[k + 1] belong to the k-th. */
  readonly similar: { readonly offsets: Uint32Array; readonly ordinals: Uint32Array; readonly scores: Float32Array };
  /** Items of whom the site says something else now; where they lie among others stays as it was learnt. */
  readonly changed: readonly ChangedItem[];
}

export interface ChangedItem {
  readonly ordinal: Ordinal;
  readonly item: Item;
}

const kind = 'release-delta';

export function encodeReleaseDelta({ release, index, added, similar, changed }: ReleaseDelta): Uint8Array<ArrayBuffer> {
  const items = utf8Encode(JSON.stringify({ added, changed }));
  return encodeTable({ kind, meta: { release }, sections: { index: encodeDelta(index), items, ...similar } });
}

/** @throws TableRefused when the bytes are not a delta of a release or its parts do not fit together. */
export function decodeReleaseDelta(bytes: Uint8Array, text: (bytes: Uint8Array) => string = utf8Decode): ReleaseDelta {
  const table = decodeTable(bytes, kind);
  const { release } = table.meta;
  if (typeof release !== 'string' || !isReleaseId(release)) throw new TableRefused(`${kind}: of no release`);
  const index = decodeDelta(sectionOf(table, 'index', 'u8'));
  const { added, changed } = itemsOf(text(sectionOf(table, 'items', 'u8')));
  const similar = {
    offsets: sectionOf(table, 'offsets', 'u32'),
    ordinals: sectionOf(table, 'ordinals', 'u32'),
    scores: sectionOf(table, 'scores', 'f32'),
  };
  if (added.length !== index.added.n || !rowsFit(similar, added.length, index.n))
    throw new TableRefused(
      `${kind}: ${added.length} new items, ${index.added.n} vectors and their neighbours do not fit together`,
    );
  const gone = new Set(index.removed);
  for (const { ordinal } of changed)
    if (!(ordinal < index.n) || gone.has(ordinal)) throw new TableRefused(`${kind}: the changed item ${ordinal} is not there`);
  if (new Set(added.map(({ id }) => id)).size < added.length) throw new TableRefused(`${kind}: a new item occurs twice`);
  return { release, index, added, similar, changed };
}

function rowsFit({ offsets, ordinals, scores }: ReleaseDelta['similar'], rows: number, n: number): boolean {
  const ascending = offsets.every((offset, i) => i === 0 || offset >= (offsets[i - 1] as number));
  const whole = offsets.length === rows + 1 && offsets[0] === 0 && offsets[rows] === ordinals.length;
  return whole && ascending && scores.length === ordinals.length && ordinals.every((ordinal) => ordinal < n);
}

function itemsOf(json: string): Pick<ReleaseDelta, 'added' | 'changed'> {
  let found: { added?: unknown; changed?: unknown } | null;
  try {
    found = JSON.parse(json);
  } catch {
    throw new TableRefused(`${kind}: its items are not JSON`);
  }
  const { added, changed } = found ?? {};
  const isWhole =
    Array.isArray(added) &&
    added.every(isItem) &&
    Array.isArray(changed) &&
    changed.every((entry) => Number.isInteger(entry?.ordinal) && entry.ordinal >= 0 && isItem(entry.item));
  if (!isWhole) throw new TableRefused(`${kind}: an item lacks its id, title or categories`);
  return { added, changed };
}

function isItem(value: Partial<Item> | null): value is Item {
  return (
    typeof value?.id === 'string' &&
    isItemId(value.id) &&
    typeof value.title === 'string' &&
    Array.isArray(value.categories) &&
    value.categories.every((name) => typeof name === 'string')
  );
}
