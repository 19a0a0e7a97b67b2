import { expect, test } from 'vitest';
import type { ScanKernel } from '../kernel/kernel.ts';
import { decodeDelta, encodeDelta, withDelta } from './delta.ts';
import { decodeList, encodeListFiles, joinLists } from './list.ts';
import { decodeLists, encodeLists, type ListDirectory, rowsInLists } from './lists.ts';
import { flatIndex, listChooser, listIndex, searchLists } from './search.ts';
import { quantise, type VectorTable } from './table.ts';

/** What every index does over these vectors, in every runtime. `directory`: lists of `table`. */
export function indexCases(
  openKernel: () => ScanKernel,
  table: VectorTable,
  directory: ListDirectory,
  queries: Float32Array[],
): void {
  const lists = directory.offsets.length - 1;
  const flat = flatIndex(openKernel, table);
  const index = listIndex(openKernel, directory, rowsInLists(table, directory));

  test('looking into every list is an exact search', () => {
    for (const query of queries) expect(index.search(query, 20, lists)).toEqual(flat.search(query, 20));
  });

  test('more probes find no less of the best, and the default finds what was measured', () => {
    let found = 0;
    for (const query of queries) {
      const best = new Set(flat.search(query, 10).ordinals);
      let before = 0;
      for (const probes of [1, 2, 4, 8, lists]) {
        const hits = index.search(query, 10, probes).ordinals.filter((row) => best.has(row)).length;
        expect(hits).toBeGreaterThanOrEqual(before);
        before = hits;
      }
      found += index.search(query, 10).ordinals.filter((row) => best.has(row)).length / 10;
    }
    expect(found / queries.length).toBeGreaterThan(directory.recall - 0.1);
  });

  test('the file of the directory says the same', () => {
    const read = decodeLists(encodeLists(directory));
    expect(read).toEqual({
      ...directory,
      centroids: { ...directory.centroids },
      ...(directory.groups && { groups: { ...directory.groups } }),
    });
    const again = listIndex(openKernel, read, rowsInLists(table, read));
    for (const query of queries) expect(again.search(query, 15)).toEqual(index.search(query, 15));
  });

  test('a device that fetches the lists that it chose finds what the whole index finds', () => {
    const files = encodeListFiles(table, directory);
    expect(files).toHaveLength(lists);
    const choose = listChooser(openKernel, directory);
    for (const query of queries) {
      const fetched = joinLists(Array.from(choose(query, 3), (list) => decodeList(files[list]!)));
      const found = searchLists(openKernel(), fetched, query, 15);
      const expected = index.search(query, 15, 3);
      expect(found.scores).toEqual(expected.scores);
      expect([...found.ordinals].sort()).toEqual([...expected.ordinals].sort());
    }
  });

  test('a delta takes rows away and brings new ones', () => {
    const query = queries[0]!;
    const [gone, kept] = flat.search(query, 2).ordinals as unknown as [number, number];
    const better = query.map((value) => value * 1000);
    const added = { ...quantise(better, 1, table.dim), ...(table.exact && { exact: better }) };
    const delta = decodeDelta(encodeDelta({ n: table.n, removed: Uint32Array.of(gone), added }));
    for (const each of [flat, index]) {
      const changed = withDelta(each, delta, openKernel);
      const found = [...changed.search(query, 5, lists).ordinals];
      expect(found.slice(0, 2)).toEqual([table.n, kept]);
      expect(found).not.toContain(gone);
      expect(found).toHaveLength(5);
      expect(changed.n).toBe(table.n + 1);
    }
    expect(() => withDelta(flat, { ...delta, n: 1 }, openKernel)).toThrow(RangeError);
    const nothing = { n: table.n, removed: new Uint32Array(0), added: quantise(new Float32Array(0), 0, table.dim) };
    expect(withDelta(flat, nothing, openKernel).search(query, 5)).toEqual(flat.search(query, 5));
  });
}
