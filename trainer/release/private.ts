import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sha256 } from '../../shared/contract/id.ts';
import type { Item } from '../../shared/contract/item.ts';
import { displayItem } from '../../shared/contract/pack.ts';
import type { CatalogTable } from '../../shared/feature/catalog.ts';
import type { ScanKernel } from '../../shared/kernel/kernel.ts';
import { decodePrivateIndex, encodePrivateIndex, encodePrivateList } from '../../shared/release/private.ts';
import type { Metric } from '../../shared/vector/lists.ts';
import type { VectorTable } from '../../shared/vector/table.ts';
import { Failure } from '../failure.ts';
import { buildLists } from '../index/build.ts';

/** What devices search by themselves. */
export interface PrivateFiles {
  readonly index: Uint8Array<ArrayBuffer>;
  readonly lists: ListFiles;
  readonly figures: PrivateFigures;
}

/** Bytes by their SHA-256. */
export type ListFiles = ReadonlyMap<Sha256, Uint8Array<ArrayBuffer>>;

export interface PrivateFigures {
  readonly lists: number;
  readonly probes: number;
  /** Share of the true 100 nearest that the probes find. */
  readonly recall: number;
  /** What a visit downloads: the index, and as many lists of mean size as there are probes. */
  readonly indexBytes: number;
  readonly probeBytes: number;
}

export interface PrivateInput {
  readonly vectors: VectorTable;
  readonly metric: Metric;
  readonly items: readonly Item[];
  readonly catalog: CatalogTable;
  readonly asOfMs: number;
  readonly seed: number;
  readonly openScan: () => ScanKernel;
}

/** A device downloads the lists that it looks into: no more of them, even where fewer than 95 % are found. */
const mostProbes = 12;

/** Inverted lists with what it takes to rank and show their items. Items without a vector, or not available, are in none. */
export function privateFiles({ vectors, metric, items, catalog, asOfMs, seed, openScan }: PrivateInput): PrivateFiles {
  const { directory, curve } = buildLists(vectors, openScan, { seed, metric });
  const { probes, recall } = curve.findLast((point) => point.probes <= mostProbes) ?? { probes: 1, recall: 0 };
  const { dim, offsets, order, centroids } = directory;
  const width = catalog.columns.length;
  const lists = new Map<Sha256, Uint8Array<ArrayBuffer>>();
  const digests = Array.from({ length: offsets.length - 1 }, (_, l) => {
    const rows = order
      .slice(offsets[l], offsets[l + 1])
      .filter((row) => (vectors.scales[row] as number) > 0 && items[row]?.available !== false);
    const table = { n: rows.length, dim, data: new Int8Array(rows.length * dim), scales: new Float32Array(rows.length) };
    const values = new Float32Array(rows.length * width);
    for (const [at, row] of rows.entries()) {
      table.data.set(vectors.data.subarray(row * dim, (row + 1) * dim), at * dim);
      table.scales[at] = vectors.scales[row] as number;
      values.set(catalog.values.subarray(row * width, (row + 1) * width), at * width);
    }
    const bytes = encodePrivateList({
      rows,
      table,
      items: Array.from(rows, (row) => displayItem(items[row] as Item)),
      catalog: values,
    });
    const digest = sha256(bytes);
    lists.set(digest, bytes);
    return digest;
  });
  const { columns } = catalog;
  const { fold } = vectors;
  // Centroids of centroids are for more lists than a device should choose among.
  const flat = { n: centroids.n, dim: centroids.dim, data: centroids.data, scales: centroids.scales };
  const index = encodePrivateIndex({ dim, probes, recall, asOfMs, columns, centroids: flat, digests, ...(fold && { fold }) });
  const total = [...lists.values()].reduce((sum, { length }) => sum + length, 0);
  const probeBytes = Math.round((probes * total) / digests.length);
  return { index, lists, figures: { lists: digests.length, probes, recall, indexBytes: index.length, probeBytes } };
}

const listFolder = 'lists';
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex') as Sha256;

export async function writeLists(directory: string, lists: ListFiles): Promise<void> {
  await mkdir(join(directory, listFolder), { recursive: true });
  for (const [digest, bytes] of lists) await writeFile(join(directory, listFolder, `${digest}.bin`), bytes);
}

/** The lists of a release directory that its private index names. @throws Failure `bad-input` when one is missing or was changed */
export async function readLists(directory: string, index: Uint8Array): Promise<ListFiles> {
  const lists = new Map<Sha256, Uint8Array<ArrayBuffer>>();
  for (const digest of decodePrivateIndex(index).digests) {
    const path = join(directory, listFolder, `${digest}.bin`);
    const bytes = await readFile(path).then(
      (found) => new Uint8Array(found),
      () => undefined,
    );
    if (!bytes || sha256(bytes) !== digest)
      throw new Failure(
        'bad-input',
        `${path} is not the list that the release names`,
        'Train again, or publish another directory.',
      );
    lists.set(digest, bytes);
  }
  return lists;
}
