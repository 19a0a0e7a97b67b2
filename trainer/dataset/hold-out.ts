import { groupBy, type Interactions } from '../candidate/interactions.ts';
import type { History } from '../candidate/model.ts';
import type { RankingCase } from '../evaluate/rank.ts';
import { createRandom } from '../random.ts';
import { historiesOf, keep } from './history.ts';

/** A part to fit on, and what came after or was taken out of it. */
export interface HeldOut {
  readonly fit: Interactions;
  readonly cases: readonly RankingCase[];
}

/** A user with fewer interactions stays in the fit whole (SASRec, Kang and McAuley 2018). */
export const leastForLeaveLastOut = 3;

/** Every user's last interaction, if there are at least `least`; the past is everything before it. */
export function leaveLastOut(log: Interactions, least = leastForLeaveLastOut): HeldOut {
  const { offsets, entries } = groupBy(log.user, log.users);
  const last = new Set<number>();
  for (let u = 0; u < log.users; u++) {
    const end = offsets[u + 1] as number;
    if (end - (offsets[u] as number) >= least) last.add(entries[end - 1] as number);
  }
  const fit = keep(log, (entry) => !last.has(entry));
  const historyOf = historiesOf(fit);
  const cases = Array.from(last, (entry): RankingCase => {
    const history: History = { ...historyOf(log.user[entry] as number), nowMs: log.tMs[entry] as number };
    return { history, targets: Int32Array.of(log.item[entry] as number) };
  });
  return { fit, cases };
}

/** A random share of every user's distinct items, at least one stays; users with a single item are not asked about. */
export function holdOutItems(log: Interactions, share: number, seed: number): HeldOut {
  const random = createRandom(seed, 'hold-out');
  const { offsets, entries } = groupBy(log.user, log.users);
  const targetsOf = new Map<number, Set<number>>();
  for (let u = 0; u < log.users; u++) {
    const own = Array.from(entries.subarray(offsets[u], offsets[u + 1]), (entry) => log.item[entry] as number);
    const distinct = [...new Set(own)];
    const targets = new Set(distinct.filter(() => random.uniform() < share));
    if (targets.size === distinct.length) targets.delete(distinct[0] as number);
    if (targets.size > 0) targetsOf.set(u, targets);
  }
  const fit = keep(log, (entry) => !targetsOf.get(log.user[entry] as number)?.has(log.item[entry] as number));
  const historyOf = historiesOf(fit);
  return {
    fit,
    cases: Array.from(targetsOf, ([user, targets]) => ({ history: historyOf(user), targets: Int32Array.from(targets) })),
  };
}
