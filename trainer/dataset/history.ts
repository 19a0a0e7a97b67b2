import { groupBy, type Interactions } from '../candidate/interactions.ts';
import type { History } from '../candidate/model.ts';

/** Time after every interaction: what a fit on all of them is through. */
export const endOf = (log: Interactions): number => (log.n === 0 ? 0 : (log.tMs[log.n - 1] as number)) + 1;

/** The past of every user of a log, as of its end. A user without one is nobody whom a fit on the log knows. */
export function historiesOf(log: Interactions): (user: number) => History {
  const { offsets, entries } = groupBy(log.user, log.users);
  const items = entries.map((entry) => log.item[entry] as number);
  const tMs = Float64Array.from(entries, (entry) => log.tMs[entry] as number);
  const nowMs = endOf(log);
  return (user) => {
    const [start, end] = [offsets[user] as number, offsets[user + 1] as number];
    return { user: start === end ? -1 : user, items: items.subarray(start, end), tMs: tMs.subarray(start, end), nowMs };
  };
}

/** The rows of a log that are kept, in its order. */
export function keep(log: Interactions, kept: (entry: number) => boolean): Interactions {
  const rows = Int32Array.from(log.user.keys()).filter(kept);
  return {
    ...log,
    n: rows.length,
    user: rows.map((entry) => log.user[entry] as number),
    item: rows.map((entry) => log.item[entry] as number),
    tMs: Float64Array.from(rows, (entry) => log.tMs[entry] as number),
    weight: Float32Array.from(rows, (entry) => log.weight[entry] as number),
    ...(log.value && { value: Float32Array.from(rows, (entry) => log.value?.[entry] as number) }),
    ...(log.segment && { segment: rows.map((entry) => log.segment?.[entry] as number) }),
  };
}
