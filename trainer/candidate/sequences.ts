import { groupBy, type Interactions } from './interactions.ts';
import type { Shape } from './model.ts';

/** Interactions per user below which histories are short: the newest item then says most, in a long one many items speak. */
const shortSession = 15;

export const isShort = ({ users, interactions }: Pick<Shape, 'users' | 'interactions'>): boolean =>
  interactions < shortSession * users;

/** All visitors' sequences end to end, immediate repeats collapsed; `user` tells where one stops. */
export interface Sequences {
  readonly user: Int32Array;
  readonly item: Int32Array;
  readonly tMs: Float64Array;
  /** Places of item i: placesOf[offsets[i] .. offsets[i + 1]], ascending. */
  readonly offsets: Int32Array;
  readonly placesOf: Int32Array;
}

export function collapsed(log: Interactions): Sequences {
  const user = new Int32Array(log.n);
  const item = new Int32Array(log.n);
  const tMs = new Float64Array(log.n);
  let n = 0;
  for (const entry of groupBy(log.user, log.users).entries) {
    const u = log.user[entry] as number;
    const i = log.item[entry] as number;
    if (n > 0 && user[n - 1] === u && item[n - 1] === i) continue;
    user[n] = u;
    item[n] = i;
    tMs[n] = log.tMs[entry] as number;
    n++;
  }
  const items = item.slice(0, n);
  const { offsets, entries } = groupBy(items, log.items);
  return { user: user.slice(0, n), item: items, tMs: tMs.slice(0, n), offsets, placesOf: entries };
}
