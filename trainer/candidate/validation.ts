import { type HeldOut, holdOutItems, leaveLastOut } from '../dataset/hold-out.ts';
import type { RankingCase } from '../evaluate/rank.ts';
import { createRandom, shuffle } from '../random.ts';
import type { Interactions } from './interactions.ts';

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

/**
 * A part to learn a blend on: each visitor's last choices, or a share of the items where times tell no order; at most `most` cases, at random.
 * The later ones of a visitor's held-out choices know the earlier ones as history, though the fit does not.
 */
export function innerValidation(
  log: Interactions,
  { ordered, most, seed }: { ordered: boolean; most: number; seed: number },
): InnerValidation {
  const { fit, cases } = ordered ? lastChoices(log) : holdOutItems(log, heldItems, seed);
  const asked = sampled(cases, most, seed);
  const repeats = asked.filter(({ history, targets }) => targets.some((item) => history.items.includes(item))).length;
  const hideHistory = repeats < repeatShare * asked.length;
  const useful = hideHistory
    ? asked.filter(({ history, targets }) => !targets.some((item) => history.items.includes(item)))
    : asked;
  return { fit, cases: useful, hideHistory };
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
