import { historiesOf, keep } from '../dataset/history.ts';
import { type HeldOut, holdOutItems, leaveLastOut } from '../dataset/hold-out.ts';
import type { RankingCase } from '../evaluate/rank.ts';
import { createRandom, shuffle } from '../random.ts';
import { before, countBefore, type Interactions } from './interactions.ts';
import { areSessions } from './shape.ts';

/** What blends and choices are made on, within a training log. */
export interface InnerValidation extends HeldOut {
  readonly hideHistory: boolean;
}

/** As many cases make weights steady; where there are fewer users, more of each one's last choices are held out. */
const wantedCases = 2000;
const mostLast = 4;
/** A user keeps so many interactions per held-out one. */
const leastKept = 4;
const heldItems = 0.15;
/** Share of targets that the visitor had met before from which on items of the history may be shown again. */
const repeatShare = 0.02;

const heldSessions = 0.1;

/**
 * A part to learn a blend on: every next click of a tenth of the sessions where users are sessions; else each visitor's last choices, or a share of the items where times tell no order; at most `most` cases, at random.
 * The later ones of a visitor's held-out choices know the earlier ones as history, though the fit does not.
 */
export function innerValidation(
  log: Interactions,
  { ordered, most, seed }: { ordered: boolean; most: number; seed: number },
): InnerValidation {
  const { fit, cases } = !ordered
    ? holdOutItems(log, heldItems, seed)
    : areSessions(log)
      ? nextClicks(log, most, seed)
      : lastChoices(log);
  const asked = sampled(cases, most, seed);
  const repeats = asked.filter(({ history, targets }) => targets.some((item) => history.items.includes(item))).length;
  const hideHistory = repeats < repeatShare * asked.length;
  const useful = hideHistory
    ? asked.filter(({ history, targets }) => !targets.some((item) => history.items.includes(item)))
    : asked;
  return { fit, cases: useful, hideHistory };
}

/** Sessions that leave the fit whole, asked for what came next after each of their clicks. */
function nextClicks(log: Interactions, most: number, seed: number): HeldOut {
  const random = createRandom(seed, 'sessions');
  const share = Math.min(heldSessions, (2 * most) / Math.max(1, log.n));
  const held = Uint8Array.from({ length: log.users }, () => (random.uniform() < share ? 1 : 0));
  const historyOf = historiesOf(log);
  const cases: RankingCase[] = [];
  for (let u = 0; u < log.users; u++) {
    if (held[u] === 0) continue;
    const { items, tMs } = historyOf(u);
    for (let at = 1; at < items.length; at++) {
      const past = { user: -1, items: items.subarray(0, at), tMs: tMs.subarray(0, at), nowMs: tMs[at] as number };
      cases.push({ history: past, targets: items.slice(at, at + 1) });
    }
  }
  return { fit: keep(log, (entry) => held[log.user[entry] as number] === 0), cases };
}

function lastChoices(log: Interactions): HeldOut {
  let held = leaveLastOut(log, leastKept);
  const cases = [...held.cases];
  for (let round = 1; round < mostLast && cases.length < wantedCases; round++) {
    held = leaveLastOut(held.fit, leastKept);
    cases.push(...held.cases);
  }
  return { fit: held.fit, cases };
}

function sampled(cases: readonly RankingCase[], most: number, seed: number): readonly RankingCase[] {
  if (cases.length <= most) return cases;
  const order = Int32Array.from(cases.keys());
  shuffle(order, createRandom(seed, 'inner-validation'));
  return Array.from(order.subarray(0, most).sort(), (c) => cases[c] as RankingCase);
}

/** Share of the log that future choices are of. */
const futureShare = 0.2;

/**
 * What visitors chose in the last fifth of the time-ordered log, each choice from all that the visitor did before it: how a release is used, by visitors
 * of whom the fit knows little or nothing.
 */
export function futureChoices(log: Interactions, { most, seed }: { most: number; seed: number }): InnerValidation {
  const fromMs = log.tMs[Math.min(log.n - 1, Math.floor(log.n * (1 - futureShare)))] ?? 0;
  const fit = before(log, fromMs);
  const historyOf = historiesOf(log);
  const cases: RankingCase[] = [];
  for (let u = 0; u < log.users; u++) {
    const { items, tMs } = historyOf(u);
    for (let at = Math.max(1, countBefore(tMs, fromMs)); at < items.length; at++) {
      const past = items.subarray(0, at);
      const item = items[at] as number;
      if (past.includes(item)) continue;
      cases.push({
        history: { user: -1, items: past, tMs: tMs.subarray(0, at), nowMs: tMs[at] as number },
        targets: Int32Array.of(item),
      });
    }
  }
  return { fit, cases: sampled(cases, most, seed), hideHistory: true };
}
