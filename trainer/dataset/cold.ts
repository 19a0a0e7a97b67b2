import { groupBy, type Interactions } from '../candidate/interactions.ts';
import type { RankingCase } from '../evaluate/rank.ts';
import { createRandom } from '../random.ts';
import { historiesOf, keep } from './history.ts';
import type { HeldOut } from './hold-out.ts';

/** What is asked of items that hardly anybody has met. */
export interface ColdItems extends HeldOut {
  /** Items with fewer than `coldBelow` interactions in the part to fit on, by ordinal. */
  readonly cold: Int32Array;
}

export const coldBelow = 5;
/** Share of the items that are made cold. */
const share = 0.2;

/**
 * A random fifth of the items keep their first interactions only, none to four at random: the others' held-out interactions with them are asked about,
 * given what else those visitors did. So many cases there would never be otherwise, and of their answers the truth is known.
 */
export function holdOutColdItems(log: Interactions, seed: number, mostCases: number): ColdItems {
  const random = createRandom(seed, 'cold');
  const { offsets, entries } = groupBy(log.item, log.items);
  const taken = new Uint8Array(log.n);
  for (let i = 0; i < log.items; i++) {
    if (random.uniform() >= share) continue;
    const kept = random.below(coldBelow);
    for (let at = (offsets[i] as number) + kept; at < (offsets[i + 1] as number); at++) taken[entries[at] as number] = 1;
  }
  const fit = keep(log, (entry) => taken[entry] === 0);
  const counts = new Int32Array(log.items);
  for (const item of fit.item) counts[item] = (counts[item] as number) + 1;
  const cold = Int32Array.from(counts.keys()).filter((i) => (counts[i] as number) < coldBelow);
  const historyOf = historiesOf(fit);
  const asked = Array.from(taken.keys()).filter((entry) => taken[entry] === 1);
  const chance = mostCases / Math.max(1, asked.length);
  const cases = asked
    .filter(() => random.uniform() < chance)
    .map(
      (entry): RankingCase => ({
        history: historyOf(log.user[entry] as number),
        targets: Int32Array.of(log.item[entry] as number),
      }),
    )
    .filter(({ history, targets }) => history.items.length > 0 && !history.items.includes(targets[0] as number));
  return { fit, cases, cold };
}
