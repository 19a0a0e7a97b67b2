import type { ScanKernel } from '../../../shared/kernel/kernel.ts';
import { rowsInLists } from '../../../shared/vector/lists.ts';
import { flatIndex, listIndex } from '../../../shared/vector/search.ts';
import { quantise } from '../../../shared/vector/table.ts';
import { buildLists } from '../../index/build.ts';
import { generate } from '../ann/data.ts';

export const searched = { rows: 100_000, dim: 64, top: 100, lists: 256 } as const;

/** The same searches of the same vectors in Node and in workerd: every row, and inverted lists at their default probes. @returns the best row of each. */
export function searches(openKernel: () => ScanKernel): { readonly flat: () => number; readonly lists: () => number } {
  const { rows, queries } = generate('spectrum', searched.rows, searched.dim, 100, 1);
  const table = quantise(rows.values, rows.n, rows.dim);
  const { directory } = buildLists(table, openKernel, {
    seed: 1,
    metric: 'product',
    lists: searched.lists,
    queries: queries.values,
  });
  const flat = flatIndex(openKernel, table);
  const lists = listIndex(openKernel, directory, rowsInLists(table, directory));
  const query = queries.values.subarray(0, searched.dim);
  return {
    flat: () => flat.search(query, searched.top).ordinals[0] ?? -1,
    lists: () => lists.search(query, searched.top).ordinals[0] ?? -1,
  };
}
