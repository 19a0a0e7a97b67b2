import { before, groupBy, type Interactions } from '../candidate/interactions.ts';
import type { History } from '../candidate/model.ts';
import { pairsOf } from '../candidate/sparse.ts';
import type { RankingCase } from '../evaluate/rank.ts';
import { createRandom, shuffle } from '../random.ts';
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
  const itemsOf = distinctItems(log);
  return takeOut(log, (user) => {
    const own = itemsOf(user);
    const taken = own.filter(() => random.uniform() < share);
    return taken.length === own.length ? taken.slice(1) : taken;
  });
}

/** Every user's distinct items in `count` random parts of one size (up to one): a held-out part for each, the rest of it to fit on. */
export function folds(log: Interactions, count: number, seed: number): HeldOut[] {
  const itemsOf = distinctItems(log);
  const random = createRandom(seed, 'folds');
  const shuffled = Array.from({ length: log.users }, (_, user) => {
    const order = Int32Array.from(itemsOf(user));
    shuffle(order, random);
    return order;
  });
  return Array.from({ length: count }, (_, fold) =>
    takeOut(log, (user) => Array.from(shuffled[user] as Int32Array).filter((_, place) => place % count === fold)),
  );
}

/** A random share of the users leaves the fit whole: visitors whom it never saw, asked for their last interaction from those before it. */
export function holdOutUsers(log: Interactions, share: number, seed: number): HeldOut {
  const random = createRandom(seed, 'hold-out-users');
  const isHeld = Array.from({ length: log.users }, () => random.uniform() < share);
  const held = leaveLastOut(
    keep(log, (entry) => isHeld[log.user[entry] as number] === true),
    2,
  );
  return {
    fit: keep(log, (entry) => isHeld[log.user[entry] as number] !== true),
    cases: held.cases.map((one) => ({ ...one, history: { ...one.history, user: -1 } })),
  };
}

/** A cut in time: asked for the distinct items that a user chose from then on and did not choose before. */
export function holdOutFuture(log: Interactions, fromMs: number): HeldOut {
  const fit = before(log, fromMs);
  const historyOf = historiesOf(fit);
  const targets = new Map<number, Set<number>>();
  for (let e = fit.n; e < log.n; e++) {
    const user = log.user[e] as number;
    targets.set(user, (targets.get(user) ?? new Set()).add(log.item[e] as number));
  }
  const cases = Array.from(targets, ([user, own]): RankingCase => {
    const history = { ...historyOf(user), nowMs: fromMs };
    return { history, targets: Int32Array.from(own).filter((item) => !history.items.includes(item)) };
  });
  return { fit, cases: cases.filter(({ targets }) => targets.length > 0) };
}

/** Takes items out of every user's part of a log; users of whom nothing is taken are not asked about. */
function takeOut(log: Interactions, taken: (user: number) => readonly number[]): HeldOut {
  const targets = new Map<number, Set<number>>();
  for (let user = 0; user < log.users; user++) {
    const own = taken(user);
    if (own.length > 0) targets.set(user, new Set(own));
  }
  const fit = keep(log, (entry) => !targets.get(log.user[entry] as number)?.has(log.item[entry] as number));
  const historyOf = historiesOf(fit);
  return {
    fit,
    cases: Array.from(targets, ([user, own]) => ({ history: historyOf(user), targets: Int32Array.from(own) })),
  };
}

function distinctItems(log: Interactions): (user: number) => number[] {
  const { offsets, indices } = pairsOf(log);
  return (user) => Array.from(indices.subarray(offsets[user], offsets[user + 1]));
}
