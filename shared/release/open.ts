import type { ItemId, Ordinal } from '../contract/id.ts';
import type { Item } from '../contract/item.ts';
import type { FileRole, Manifest, ReleaseFile } from '../contract/release.ts';
import { utf8Decode } from '../contract/utf8.ts';
import { type CatalogTable, decodeCatalog } from '../feature/catalog.ts';
import type { FeatureSetDocument } from '../feature/definition.ts';
import { type FeatureSet, openFeatureSet } from '../feature/set.ts';
import type { ScanKernel } from '../kernel/kernel.ts';
import type { GoldenDocument } from '../model/golden.ts';
import { type CalibrationDocument, checkCalibration } from '../rank/calibration.ts';
import { decodePopular, type PopularTable } from '../retrieval/popular.ts';
import { type RecentTable, recentTable } from '../retrieval/recent.ts';
import { decodeSimilar, type SimilarTable } from '../retrieval/similar.ts';
import { decodeLists, type ListDirectory, rowsInLists } from '../vector/lists.ts';
import { flatIndex, listIndex, type VectorIndex } from '../vector/search.ts';
import { decodeVectors, type VectorTable } from '../vector/table.ts';

/** A release in memory, its parts checked against each other. */
export interface OpenRelease {
  readonly manifest: Manifest;
  /** Index = ordinal. */
  readonly items: readonly Item[];
  ordinalOf(id: ItemId): Ordinal | undefined;
  readonly features: FeatureSet;
  readonly catalog: CatalogTable;
  readonly popular: PopularTable;
  readonly similar: SimilarTable;
  readonly vectors: VectorTable;
  readonly lists?: ListDirectory;
  readonly recent: RecentTable;
  /** Makes queries of the vectors: see encoder.ts. */
  readonly encoderModel?: Uint8Array;
  readonly lightModel: Uint8Array;
  /** Only when asked for: the edge does not run it. */
  readonly heavyModel?: Uint8Array;
  readonly golden: GoldenDocument;
  /** What the rankers' scores mean. */
  readonly calibration?: CalibrationDocument;
}

export interface OpenOptions {
  /** Read the heavy model too. Default: false. */
  readonly heavy?: boolean;
  /** A runtime's own UTF-8 decoder; the one here is pure ECMAScript. */
  readonly text?: (bytes: Uint8Array) => string;
}

/** A release whose files do not belong together. `name` is stable: "ReleaseRefused". */
export class ReleaseRefused extends Error {
  override readonly name = 'ReleaseRefused';
}

function agree(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new ReleaseRefused(`release: ${what} is ${found}, the manifest says ${expected}`);
}

/**
 * Opens a release: reads its files at once and decodes them.
 * @param read Bytes of a file, verified against its SHA-256; here only their number is.
 * @throws ReleaseRefused when files do not belong together; TableRefused, CalibrationRefused, SyntaxError or RangeError when one is not readable; whatever `read` throws.
 */
export async function openRelease(
  manifest: Manifest,
  read: (file: ReleaseFile) => Promise<Uint8Array>,
  { heavy = false, text = utf8Decode }: OpenOptions = {},
): Promise<OpenRelease> {
  const bytesOf = async (role: FileRole): Promise<Uint8Array> => {
    const file = manifest.files.find((entry) => entry.role === role);
    if (!file) throw new ReleaseRefused(`release: the manifest names no ${role} file`);
    const bytes = await read(file);
    agree(`the length of ${file.name} in bytes`, bytes.length, file.bytes);
    return bytes;
  };
  const jsonOf = async (role: FileRole): Promise<unknown> => JSON.parse(text(await bytesOf(role)));
  const has = (role: FileRole) => manifest.files.some((file) => file.role === role);
  const [items, document, catalog, popular, similar, vectors, lists, encoderModel, lightModel, golden, calibration, heavyModel] =
    await Promise.all([
      jsonOf('items') as Promise<readonly Item[]>,
      jsonOf('features') as Promise<FeatureSetDocument>,
      bytesOf('catalog').then(decodeCatalog),
      bytesOf('popular').then(decodePopular),
      bytesOf('similar').then(decodeSimilar),
      bytesOf('vectors').then(decodeVectors),
      has('lists') ? bytesOf('lists').then(decodeLists) : undefined,
      has('encoder') ? bytesOf('encoder') : undefined,
      bytesOf('light'),
      jsonOf('golden') as Promise<GoldenDocument>,
      has('calibration') ? jsonOf('calibration').then(checkCalibration) : undefined,
      heavy ? bytesOf('heavy') : undefined,
    ]);
  agree('the number of items', items.length, manifest.items);
  for (const [name, table] of Object.entries({ catalog, popular, similar, vectors }))
    agree(`the number of items of the ${name} table`, table.n, manifest.items);
  agree('the dimension of the vectors', vectors.dim, manifest.vector.dim);
  if (lists) {
    agree('the number of items of the lists', lists.n, manifest.items);
    agree('the dimension of the lists', lists.dim, vectors.dim);
  }
  agree('the feature hash', document.hash, manifest.featureHash);
  const features = openFeatureSet(document);
  for (const name of features.catalog)
    if (!catalog.columns.includes(name)) throw new ReleaseRefused(`release: the catalogue has no column ${name}`);
  const ordinals = new Map(items.map(({ id }, ordinal) => [id, ordinal]));
  if (ordinals.size < items.length) throw new ReleaseRefused('release: an item id occurs twice');
  return {
    manifest,
    items,
    ordinalOf: (id) => ordinals.get(id),
    features,
    catalog,
    popular,
    similar,
    vectors,
    recent: recentTable(items),
    lightModel,
    golden,
    ...(lists && { lists }),
    ...(encoderModel && { encoderModel }),
    ...(calibration && { calibration }),
    ...(heavyModel && { heavyModel }),
  };
}

/** Search of a release's vectors, by its lists where it has some. @param openKernel A fresh kernel: tables need one each. */
export function releaseIndex(
  openKernel: () => ScanKernel,
  { vectors, lists }: Pick<OpenRelease, 'vectors' | 'lists'>,
): VectorIndex {
  return lists ? listIndex(openKernel, lists, rowsInLists(vectors, lists)) : flatIndex(openKernel, vectors);
}
