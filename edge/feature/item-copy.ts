import type { Ordinal } from '../../shared/contract/id.ts';
import { decodeTable, encodeTable, sectionOf, TableRefused } from '../../shared/contract/table.ts';
import type { EntityPlan } from '../../shared/feature/entity.ts';
import type { OnlineReadings } from '../port.ts';

/** Items in one value of the copy store: one key per some thousand items, so that a refresh stays far from the store's one write per key and second. */
export const copyItems = 5000;

/** What identifies the values: a copy of another set is not read. */
export interface CopyPlan {
  /** Of the release's feature set. */
  readonly featureHash: string;
  readonly plan: EntityPlan;
}

/** Values of items of a release as the online store had them at a time: [n x plan.features], row-major, from ordinal `from` on. */
export interface ItemCopy {
  readonly from: Ordinal;
  readonly atMs: number;
  readonly values: Float32Array;
  /** Seconds at `atMs` since the newest event that counts; NaN: none. */
  readonly ages: Float32Array;
}

export function encodeCopy({ featureHash, plan }: CopyPlan, { from, atMs, values, ages }: ItemCopy): Uint8Array<ArrayBuffer> {
  return encodeTable({ kind: 'online-items', meta: { featureHash, keys: plan.keys, from, atMs }, sections: { values, ages } });
}

/** @throws TableRefused when the bytes are no such copy, or of another feature set: both hashes are in the message. */
export function decodeCopy({ featureHash, plan }: CopyPlan, bytes: Uint8Array): ItemCopy {
  const table = decodeTable(bytes, 'online-items');
  const { meta } = table;
  if (meta.featureHash !== featureHash)
    throw new TableRefused(`online-items: of feature set ${meta.featureHash}, the release has ${featureHash}`);
  if (JSON.stringify(meta.keys) !== JSON.stringify(plan.keys)) throw new TableRefused('online-items: of other definitions');
  const [values, ages] = [sectionOf(table, 'values', 'f32'), sectionOf(table, 'ages', 'f32')];
  const { from, atMs } = meta;
  if (!Number.isSafeInteger(from) || !Number.isFinite(atMs) || values.length !== ages.length)
    throw new TableRefused('online-items: the parts do not fit together');
  return { from: from as Ordinal, atMs: atMs as number, values, ages };
}

/** What copies say of some items, in the shape of the store's answer. An item that no copy holds is missing. */
export function readCopies(
  plan: EntityPlan,
  copies: readonly ItemCopy[],
  ordinals: readonly Ordinal[],
  nowMs: number,
): OnlineReadings {
  const width = plan.features.length;
  const values = new Float64Array(ordinals.length * width).fill(Number.NaN);
  const ages = values.slice();
  const stale = new Uint8Array(values.length);
  for (const [row, ordinal] of ordinals.entries()) {
    const copy = copies.find(({ from, values }) => ordinal >= from && ordinal < from + values.length / width);
    if (!copy) continue;
    for (const [column, { ttlSeconds = Number.POSITIVE_INFINITY }] of plan.features.entries()) {
      const [at, own] = [row * width + column, (ordinal - copy.from) * width + column];
      const ageMs = (copy.ages[own] as number) * 1000 + nowMs - copy.atMs;
      ages[at] = ageMs;
      stale[at] = Number(ageMs > ttlSeconds * 1000);
      values[at] = stale[at] ? Number.NaN : (copy.values[own] as number);
    }
  }
  return { values, ages, stale };
}
