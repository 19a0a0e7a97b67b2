import type { Ordinal } from '../../shared/contract/id.ts';
import type { DisplayItem, Pack, PrivateReference } from '../../shared/contract/pack.ts';
import { catalogValues, createItemState } from '../../shared/feature/item.ts';
import type { FeatureSet } from '../../shared/feature/set.ts';
import type { ScanKernel } from '../../shared/kernel/scan.ts';
import { decodeReleaseDelta, type ReleaseDelta } from '../../shared/release/delta.ts';
import {
  decodePrivateIndex,
  decodePrivateList,
  type PrivateIndex,
  type PrivateList,
  placesOf,
} from '../../shared/release/private.ts';
import { visitQuery } from '../../shared/retrieval/nearest.ts';
import { joinLists } from '../../shared/vector/list.ts';
import { type ChooseLists, listChooser, searchLists } from '../../shared/vector/search.ts';
import { type FindInput, type Found, grown } from './grow.ts';
import { openScanKernel } from './scan.ts';

/** A pack does not grow beyond this, however often its visitor's interest changes. */
const mostCandidates = 400;
/** Lists that stay decoded: the next order of a visit is likely to want the same. */
const heldLists = 100;

const decoder = new TextDecoder();
const text = (bytes: Uint8Array) => decoder.decode(bytes);
let held: Promise<Finder> | undefined;
let heldFor = '';

/**
 * The pack with the items behind its own that are near to the visitor's interest: found on this device, in lists whose choice alone is known outside. Columns
 * only ever grow at their ends, so that places on the page stay what they are.
 * @throws when files are not there or not what they should be
 */
export async function findNear(input: FindInput): Promise<Partial<Pack>> {
  const { pack, interest, artifacts, base } = input;
  const reference = pack.private as PrivateReference;
  const rows = interest.flatMap(({ vector, space }) => (vector?.some(Boolean) && space === pack.release ? [vector] : []));
  if (rows.length === 0) return {};
  const key = JSON.stringify([reference.index.sha256, reference.delta]);
  if (heldFor !== key) held = openFinder(reference, artifacts, base);
  heldFor = key;
  const opening = held as Promise<Finder>;
  // What failed may succeed later.
  opening.catch(() => {
    if (held === opening) heldFor = '';
  });
  const finder = await opening;
  const known = new Set([...pack.items, ...interest].map(({ id }) => id));
  const near = await finder.near(visitQuery(finder.index, rows), reference.limit + interest.length, input);
  const found = near
    .filter(({ item }) => !known.has(item.id))
    .slice(0, Math.min(reference.limit, mostCandidates - pack.items.length));
  return grown(input, finder.index, near, found);
}

interface Finder {
  readonly index: PrivateIndex;
  near(query: Float32Array, k: number, input: FindInput): Promise<Found[]>;
}

async function openFinder(reference: PrivateReference, artifacts: FindInput['artifacts'], base: string): Promise<Finder> {
  const { delta } = reference;
  const [bytes, changes, openKernel] = await Promise.all([
    artifacts.get(reference.index),
    delta ? artifacts.get({ sha256: delta, bytes: 0 }).then((file) => decodeReleaseDelta(file, text)) : undefined,
    openScanKernel(base),
  ]);
  const index = decodePrivateIndex(bytes);
  const choose = listChooser(openKernel, index);
  const [kernel, addedKernel] = [openKernel(), openKernel()];
  const held = new Map<string, Promise<PrivateList>>();
  const listOf = (sha256: string): Promise<PrivateList> => {
    const list =
      held.get(sha256) ?? artifacts.get({ sha256, bytes: 0 }).then((file) => decodePrivateList(file, index.columns.length, text));
    held.delete(sha256);
    held.set(sha256, list);
    // What failed may succeed later.
    list.catch(() => held.delete(sha256));
    for (const oldest of held.keys()) {
      if (held.size <= heldLists) break;
      held.delete(oldest);
    }
    return list;
  };
  return {
    index,
    async near(query, k, { set }) {
      const found = [...(await inLists(query, k, { index, choose, kernel, listOf, changes })), ...inDelta(query, k, set)];
      return found.sort((a, b) => b.score - a.score).slice(0, k);
    },
  };

  function inDelta(query: Float32Array, k: number, set: FeatureSet): Found[] {
    if (!changes || changes.added.length === 0) return [];
    const { added } = changes.index;
    const { ordinals, scores } = addedKernel.search(added, query, k);
    return Array.from(ordinals, (row, i) => {
      const item = changes.added[row] as DisplayItem;
      const own = catalogValues(set, createItemState(set), item, index.asOfMs);
      const catalog = Float32Array.from(index.columns, (name) => own[set.catalog.indexOf(name)] ?? Number.NaN);
      return { item, score: scores[i] as number, vector: rawOf(added, row), scale: added.scales[row] as number, catalog };
    });
  }
}

interface Lists {
  readonly index: PrivateIndex;
  readonly choose: ChooseLists;
  readonly kernel: ScanKernel;
  readonly listOf: (sha256: string) => Promise<PrivateList>;
  readonly changes: ReleaseDelta | undefined;
}

async function inLists(query: Float32Array, k: number, { index, choose, kernel, listOf, changes }: Lists): Promise<Found[]> {
  const { columns, digests, probes } = index;
  const wanted = Array.from(choose(query, probes), (list) => digests[list] as string);
  const lists = await Promise.all(wanted.map(listOf));
  const gone = new Set<Ordinal>(changes?.index.removed);
  const { ordinals, scores } = searchLists(kernel, joinLists(lists), query, k + Math.min(gone.size, k));
  const places = placesOf(lists);
  return Array.from(ordinals).flatMap((ordinal, i): Found[] => {
    const [list, row] = places.get(ordinal) ?? [];
    if (!list || row === undefined || gone.has(ordinal)) return [];
    const item = changes?.changed.find((change) => change.ordinal === ordinal)?.item ?? (list.items[row] as DisplayItem);
    const catalog = list.catalog.subarray(row * columns.length, (row + 1) * columns.length);
    const { table } = list;
    return [{ item, score: scores[i] as number, vector: rawOf(table, row), scale: table.scales[row] as number, catalog }];
  });
}

const rawOf = ({ data, dim }: { readonly data: Int8Array; readonly dim: number }, row: number): Int8Array =>
  data.subarray(row * dim, (row + 1) * dim);
