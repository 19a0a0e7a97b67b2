import type { Ordinal } from '../contract/id.ts';
import type { Item } from '../contract/item.ts';
import type { CatalogTable } from '../feature/catalog.ts';
import { catalogValues, createItemState } from '../feature/item.ts';
import type { FeatureSet } from '../feature/set.ts';
import type { PopularTable } from '../retrieval/popular.ts';
import { recentTable } from '../retrieval/recent.ts';
import type { SimilarTable } from '../retrieval/similar.ts';
import type { VectorTable } from '../vector/table.ts';
import type { ReleaseDelta } from './delta.ts';
import { manifestId } from './manifest.ts';
import { type OpenRelease, ReleaseRefused } from './open.ts';

/**
 * The release as it is with a delta: new items behind the others, with the catalogue features of an item without events; other attributes where the site says
 * so; what is gone has no id any more, is in no list and is not available. Rankers, features and the release's id stay. To be searched with `withDelta`.
 * @throws ReleaseRefused when the delta was made for another release, or a new item is not new.
 */
export function applyDelta(open: OpenRelease, delta: ReleaseDelta): OpenRelease {
  const { index, added, changed } = delta;
  const n = open.items.length;
  if (manifestId(open.manifest) !== delta.release || index.n !== n)
    throw new ReleaseRefused(`delta: made for the release ${delta.release} of ${index.n} items`);
  const gone = new Set(index.removed);
  const moved = [...changed, ...added.map((item, k) => ({ ordinal: n + k, item }))];
  for (const { ordinal, item } of moved)
    if (open.ordinalOf(item.id) !== (ordinal < n ? ordinal : undefined))
      throw new ReleaseRefused(`delta: ${item.id} is not the item ${ordinal} of the release`);
  const items = open.items.map((item, ordinal) => (gone.has(ordinal) ? { ...item, available: false } : item));
  for (const { ordinal, item } of moved) items[ordinal] = item;
  const fresh = new Map(added.map(({ id }, k) => [id, n + k]));
  return {
    ...open,
    items,
    ordinalOf(id) {
      const ordinal = fresh.get(id) ?? open.ordinalOf(id);
      return ordinal === undefined || gone.has(ordinal) ? undefined : ordinal;
    },
    catalog: catalogWith(open, items, changed),
    popular: popularWith(open.popular, gone, moved, items.length),
    similar: similarWith(open.similar, gone, delta.similar),
    vectors: vectorsWith(open.vectors, index.added),
    recent: recentTable(items.map((item, ordinal) => (gone.has(ordinal) ? {} : item))),
  };
}

type Moved = readonly { readonly ordinal: Ordinal; readonly item: Item }[];

/** Aggregates of changed items stay as of the release; attributes are what they are now. */
function catalogWith({ catalog, features, manifest }: OpenRelease, items: readonly Item[], changed: Moved): CatalogTable {
  const { columns } = catalog;
  const values = new Float32Array(items.length * columns.length).fill(Number.NaN);
  values.set(catalog.values);
  const write = (ordinal: Ordinal, isNew: boolean) => {
    const found = ofNewItem(features, items[ordinal] as Item, manifest.data.throughMs);
    for (const [c, name] of columns.entries()) {
      const at = features.catalog.indexOf(name);
      const definition = features.definitionOf.catalog[at];
      if (definition && (isNew || 'attribute' in definition)) values[ordinal * columns.length + c] = found[at] as number;
    }
  };
  for (const { ordinal } of changed) write(ordinal, false);
  for (let ordinal = catalog.n; ordinal < items.length; ordinal++) write(ordinal, true);
  return { columns, n: items.length, values };
}

const ofNewItem = (set: FeatureSet, item: Item, asOfMs: number) => catalogValues(set, createItemState(set), item, asOfMs);

/** An item that is new in a category is the last of its list. */
function popularWith(table: PopularTable, gone: ReadonlySet<Ordinal>, moved: Moved, n: number): PopularTable {
  const itemAt = new Map(moved.map(({ ordinal, item }) => [ordinal, item]));
  const joins = new Map<string, Ordinal[]>();
  for (const { ordinal, item } of moved)
    for (const name of new Set(item.categories)) {
      const list = joins.get(name);
      if (list) list.push(ordinal);
      else joins.set(name, [ordinal]);
    }
  const categories = [...table.categories, ...[...joins.keys()].filter((name) => !table.categories.includes(name))];
  const [ordinals, scores, offsets]: [number[], number[], number[]] = [[], [], [0]];
  for (let list = 0; list <= categories.length; list++) {
    const name = categories[list - 1];
    const from = ordinals.length;
    for (let at = table.offsets[list] ?? 0; at < (table.offsets[list + 1] ?? 0); at++) {
      const ordinal = table.ordinals[at] as number;
      const left = name !== undefined && itemAt.get(ordinal)?.categories.includes(name) === false;
      if (gone.has(ordinal) || left) continue;
      ordinals.push(ordinal);
      scores.push(table.scores[at] as number);
    }
    const held = new Set(ordinals.slice(from));
    for (const ordinal of (name !== undefined && joins.get(name)) || [])
      if (!held.has(ordinal)) {
        ordinals.push(ordinal);
        scores.push(0);
      }
    offsets.push(ordinals.length);
  }
  return {
    n,
    categories,
    offsets: Uint32Array.from(offsets),
    ordinals: Uint32Array.from(ordinals),
    scores: Float32Array.from(scores),
  };
}

function similarWith(table: SimilarTable, gone: ReadonlySet<Ordinal>, added: ReleaseDelta['similar']): SimilarTable {
  const rows = added.offsets.length - 1;
  const offsets = new Uint32Array(table.n + rows + 1);
  const ordinals = new Uint32Array(table.ordinals.length + added.ordinals.length);
  const scores = new Float32Array(ordinals.length);
  let at = 0;
  for (let row = 0; row < table.n + rows; row++) {
    const [from, own] = row < table.n ? [table, row] : [added, row - table.n];
    for (let entry = from.offsets[own] as number; entry < (from.offsets[own + 1] as number); entry++) {
      const ordinal = from.ordinals[entry] as number;
      if (gone.has(ordinal)) continue;
      ordinals[at] = ordinal;
      scores[at++] = from.scores[entry] as number;
    }
    offsets[row + 1] = at;
  }
  return { n: table.n + rows, offsets, ordinals: ordinals.subarray(0, at), scores: scores.subarray(0, at) };
}

/** Rows in float32 are the index's business. */
function vectorsWith({ n, dim, data, scales, fold }: VectorTable, added: VectorTable): VectorTable {
  const rows = new Int8Array((n + added.n) * dim);
  rows.set(data);
  rows.set(added.data, n * dim);
  const sizes = new Float32Array(n + added.n);
  sizes.set(scales);
  sizes.set(added.scales, n);
  return { n: n + added.n, dim, data: rows, scales: sizes, ...(fold && { fold }) };
}
