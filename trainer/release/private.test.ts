import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Item } from '../../shared/contract/item.ts';
import { plainScanKernel } from '../../shared/kernel/kernel.ts';
import { decodePrivateIndex, decodePrivateList, type PrivateList, placesOf } from '../../shared/release/private.ts';
import { joinLists } from '../../shared/vector/list.ts';
import { flatIndex, listChooser, searchLists } from '../../shared/vector/search.ts';
import { decodeVectors, rowOf } from '../../shared/vector/table.ts';
import { syntheticRelease } from '../bench/recommend/release.ts';
import { bytesOf, type ReleaseFiles } from './artifact.ts';
import type { ListFiles } from './private.ts';
import { readReleaseFiles } from './read.ts';
import { withVectors } from './with-vectors.ts';
import { writeRelease } from './write.ts';

let folder: string;
let release: ReleaseFiles;
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const opened = ({ files, lists }: ReleaseFiles) => {
  const index = decodePrivateIndex(bytesOf(files, 'private'));
  const held = index.digests.map((digest) =>
    decodePrivateList((lists as ListFiles).get(digest) as Uint8Array, index.columns.length, text),
  );
  return { index, held };
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-private-'));
  release = await syntheticRelease({ items: 600, dim: 8, neighbours: 3, seed: 1, private: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('files for private retrieval', () => {
  test('hold each item once, with its vector, what is shown of it and its catalogue features', () => {
    const { held } = opened(release);
    const items = JSON.parse(text(bytesOf(release.files, 'items'))) as Item[];
    const vectors = decodeVectors(bytesOf(release.files, 'vectors'));
    const places = placesOf(held);
    expect([...places.keys()].toSorted((a, b) => a - b)).toEqual([...items.keys()]);
    for (const [ordinal, [list, row]] of places) {
      expect(list.items[row]).toEqual(items[ordinal]);
      expect(rowOf(list.table, row)).toEqual(rowOf(vectors, ordinal));
    }
  });

  test('find with some lists about what a search of everything finds, as the index says', () => {
    const { index, held } = opened(release);
    const vectors = decodeVectors(bytesOf(release.files, 'vectors'));
    const everything = flatIndex(plainScanKernel, vectors);
    const choose = listChooser(plainScanKernel, index);
    let hits = 0;
    for (let row = 0; row < 100; row++) {
      const query = rowOf(vectors, row);
      const truth = new Set(everything.search(query, 100).ordinals);
      const lists = Array.from(choose(query, index.probes), (list) => held[list] as PrivateList);
      for (const ordinal of searchLists(plainScanKernel(), joinLists(lists), query, 100).ordinals) if (truth.has(ordinal)) hits++;
    }
    expect(index.probes).toBeLessThanOrEqual(12);
    expect(Math.abs(hits / 10_000 - index.recall)).toBeLessThan(0.05);
  });

  test('are written, read and made anew for other vectors', async () => {
    await writeRelease(folder, release);
    const read = await readReleaseFiles(folder);
    expect(read.lists).toEqual(release.lists);
    const vectors = decodeVectors(bytesOf(release.files, 'vectors'));
    const turned = { ...vectors, data: vectors.data.map((value) => -value) };
    const other = withVectors(read, { vectors: turned, fittedThroughMs: 0, openScan: plainScanKernel });
    expect(opened(other).held.flatMap(({ rows }) => [...rows])).toHaveLength(600);
    expect(bytesOf(other.files, 'private')).not.toEqual(bytesOf(release.files, 'private'));
    const [first = ''] = await readdir(join(folder, 'lists'));
    await writeFile(join(folder, 'lists', first), 'something else');
    await expect(readReleaseFiles(folder)).rejects.toThrow(new RegExp(first));
  });
});
