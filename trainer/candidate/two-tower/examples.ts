import { groupBy, type Interactions } from '../interactions.ts';

/** Every visitor's interactions end to end, immediate repeats collapsed: each place is an example whose history is what stands before it. */
export interface Examples {
  readonly n: number;
  readonly item: Int32Array;
  /** Place at which the visitor's interactions begin. */
  readonly first: Int32Array;
  /** The visitor's segment then; the number of segments where it is unknown. */
  readonly segment: Int32Array;
  /** Of mean 1, at most `mostWeight`. */
  readonly weight: Float32Array;
  /** By item: its share of the examples. */
  readonly share: Float64Array;
  readonly segments: number;
}

/** One purchase may not drown a batch. */
const mostWeight = 10;

export function examplesOf(log: Interactions): Examples {
  const segments = log.segment ? log.segment.reduce((most, segment) => Math.max(most, segment + 1), 0) : 0;
  const [item, first, segment] = [new Int32Array(log.n), new Int32Array(log.n), new Int32Array(log.n)];
  const weight = new Float32Array(log.n);
  const share = new Float64Array(log.items + 1);
  let [n, start, user, total] = [0, 0, -1, 0];
  for (const entry of groupBy(log.user, log.users).entries) {
    const own = log.item[entry] as number;
    if (log.user[entry] !== user) {
      user = log.user[entry] as number;
      start = n;
    } else if (item[n - 1] === own) continue;
    item[n] = own;
    first[n] = start;
    const known = log.segment?.[entry] ?? -1;
    segment[n] = known >= 0 ? known : segments;
    weight[n] = log.weight[entry] as number;
    total += log.weight[entry] as number;
    share[own] = (share[own] as number) + 1;
    n++;
  }
  for (let e = 0; e < n; e++) weight[e] = Math.min(mostWeight, ((weight[e] as number) * n) / total);
  for (let i = 0; i < share.length; i++) share[i] = (share[i] as number) / Math.max(1, n);
  const cut = <A extends Int32Array | Float32Array>(column: A): A => column.slice(0, n) as A;
  return { n, item: cut(item), first: cut(first), segment: cut(segment), weight: cut(weight), share, segments };
}
