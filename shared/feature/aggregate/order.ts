import type { Cell } from './kind.ts';

/** Cells of one entry: [tMs, id, a, b]. */
export const entryWidth = 4;

/** Index in `cells`, whose entries ascend by (tMs, id), where an entry belongs: behind all that are not after it, as of two equal ones the later arrival is newer. */
export function placeOf(cells: readonly Cell[], tMs: number, id = ''): number {
  let at = cells.length;
  for (; at > 0; at -= entryWidth) {
    const beforeMs = cells[at - entryWidth] as number;
    if (beforeMs < tMs || (beforeMs === tMs && (cells[at - entryWidth + 1] as string) <= id)) break;
  }
  return at;
}

/** Keeps the `last` newest entries. An event without an operand takes its place with b = 0. */
export function keepNewest(
  cells: Cell[],
  { tMs, id = '' }: { readonly tMs: number; readonly id?: string },
  [a, b]: readonly [number, number] = [0, 0],
  last = 1,
): void {
  cells.splice(placeOf(cells, tMs, id), 0, tMs, id, a, b);
  if (cells.length > last * entryWidth) cells.splice(0, entryWidth);
}
