import { canonicalJson } from '../../shared/contract/canonical.ts';
import type { ItemId, Ordinal } from '../../shared/contract/id.ts';
import type { Item } from '../../shared/contract/item.ts';
import { limit } from '../../shared/contract/limit.ts';
import { type ChangedItem, encodeReleaseDelta } from '../../shared/release/delta.ts';
import { manifestId } from '../../shared/release/manifest.ts';
import type { OpenRelease } from '../../shared/release/open.ts';
import { quantise } from '../../shared/vector/table.ts';
import type { ReadFactors } from '../factors/read.ts';
import { Failure } from '../failure.ts';
import { keepsLengths, placeByContent } from './place.ts';

export interface DeltaOptions {
  /** Whether items that the catalogue does not name stay; else they are gone. */
  readonly partial: boolean;
  /** Items that are gone whatever the catalogue says. */
  readonly gone: readonly string[];
  /** Greatest share of the release's items that may be gone, [0, 1]. */
  readonly mostGone: number;
  /** Vectors of new items that were made elsewhere; a new item without one is placed by what the site says of it. */
  readonly vectorsOf?: (items: readonly ItemId[]) => Promise<ReadFactors>;
}

export interface MadeDelta {
  /** Absent: the catalogue is that of the release. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  /** New items whose vectors were given. */
  readonly given: number;
  /** New items that no item is like: the sources `nearest` and `similar` never find them. */
  readonly unplaced: number;
}

/**
 * What is different between a catalogue and the one that a release was trained on, without training. A new item is put at the mean of the items that are like
 * it; one that changed stays where behaviour has put it.
 * @throws Failure `bad-input` for items that occur twice and vectors of another length; `gate` when too many would be gone or the delta is over its limit.
 */
export async function makeDelta(open: OpenRelease, catalogue: readonly Item[], options: DeltaOptions): Promise<MadeDelta> {
  const { removed, changed, added } = differenceOf(open, catalogue, options);
  const n = open.items.length;
  if (removed.length > options.mostGone * n)
    throw new Failure(
      'gate',
      `${removed.length} of the release's ${n} items would be gone`,
      'Is this the whole catalogue? If it is not, give --partial; if it is, --most-gone 1.',
    );
  if (removed.length + changed.length + added.length === 0) return { added: 0, changed: 0, removed: 0, given: 0, unplaced: 0 };
  const { dim } = open.vectors;
  const placed = await placeByContent(open, added, new Set(removed));
  const given = await give(placed.values, added, open, options);
  let unplaced = 0;
  for (let k = 0; k < added.length; k++)
    if (placed.values.subarray(k * dim, (k + 1) * dim).every((value) => value === 0)) unplaced++;
  const bytes = encodeReleaseDelta({
    release: manifestId(open.manifest),
    index: {
      n,
      removed: Uint32Array.from(removed),
      added: { ...quantise(placed.values, added.length, dim), exact: placed.values },
    },
    added,
    similar: placed.similar,
    changed,
  });
  if (bytes.length > limit.deltaBytes)
    throw new Failure(
      'gate',
      `the delta is ${bytes.length} bytes, more than ${limit.deltaBytes}`,
      'Train a release on this catalogue.',
    );
  return { bytes, added: added.length, changed: changed.length, removed: removed.length, given, unplaced };
}

function differenceOf(open: OpenRelease, catalogue: readonly Item[], { partial, gone }: DeltaOptions) {
  const now = new Map(catalogue.map((item) => [item.id, item]));
  if (now.size < catalogue.length) {
    const twice = catalogue.find((item) => now.get(item.id) !== item);
    throw new Failure('bad-input', `the catalogue has the item ${twice?.id} twice`);
  }
  for (const id of gone) {
    if (open.ordinalOf(id as ItemId) === undefined && !now.has(id as ItemId))
      throw new Failure('bad-input', `--gone ${id}: neither the release nor the catalogue has such an item`);
    now.delete(id as ItemId);
  }
  const leaves = new Set(gone);
  const removed: Ordinal[] = [];
  const changed: ChangedItem[] = [];
  for (const [ordinal, item] of open.items.entries()) {
    const other = now.get(item.id);
    if (!other) {
      if (!partial || leaves.has(item.id)) removed.push(ordinal);
    } else if (canonicalJson(other) !== canonicalJson(item)) changed.push({ ordinal, item: other });
  }
  const added = [...now.values()].filter(({ id }) => open.ordinalOf(id) === undefined);
  return { removed, changed, added };
}

/** Puts vectors that were made elsewhere in the place of others. @returns how many. */
async function give(values: Float32Array, added: readonly Item[], open: OpenRelease, { vectorsOf }: DeltaOptions) {
  if (!vectorsOf || added.length === 0) return 0;
  const found = await vectorsOf(added.map(({ id }) => id));
  const { dim } = open.vectors;
  if (found.rank !== dim) throw new Failure('bad-input', `the vectors have ${found.rank} values, those of the release ${dim}`);
  for (let k = 0; k < added.length; k++) {
    const row = found.values.subarray(k * dim, (k + 1) * dim);
    const length = Math.hypot(...row);
    if (length > 0) values.set(keepsLengths(open) ? row : row.map((value) => value / length), k * dim);
  }
  return found.known;
}
