import type { Interactions } from '../../candidate/interactions.ts';

/** Rows of a file on their way to `Interactions`: columns of plain numbers, in file order. */
export interface Rows {
  readonly user: number[];
  readonly item: number[];
  readonly tMs: number[];
  /** Of every row or of none. */
  readonly value: number[];
}

export const noRows = (): Rows => ({ user: [], item: [], tMs: [], value: [] });

export function addRow(rows: Rows, user: number, item: number, tMs: number, value?: number): void {
  rows.user.push(user);
  rows.item.push(item);
  rows.tMs.push(tMs);
  if (value !== undefined) rows.value.push(value);
}

/** In time order; rows of one time keep the order of the file. Every interaction weighs 1. */
export function interactionsOf(rows: Rows, users: number, items: number): Interactions {
  const n = rows.user.length;
  const order = Uint32Array.from({ length: n }, (_, row) => row);
  const { tMs } = rows;
  if (tMs.some((time, row) => row > 0 && time < (tMs[row - 1] as number))) {
    order.sort((a, b) => (tMs[a] as number) - (tMs[b] as number) || a - b);
  }
  return {
    n,
    users,
    items,
    user: Int32Array.from(order, (row) => rows.user[row] as number),
    item: Int32Array.from(order, (row) => rows.item[row] as number),
    tMs: Float64Array.from(order, (row) => tMs[row] as number),
    weight: new Float32Array(n).fill(1),
    ...(rows.value.length > 0 && { value: Float32Array.from(order, (row) => rows.value[row] as number) }),
  };
}
