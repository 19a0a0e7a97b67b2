import type { PolicyItem } from '../rule.ts';
import type { Taste } from '../taste.ts';

interface Scored {
  readonly item: PolicyItem;
  readonly score: number;
}

/** Puts entries, best first, into the order of a visitor's interests for their first `count` places. `weight` as in `calibrate`. */
export type Calibration = <Entry extends Scored>(entries: readonly Entry[], count: number, weight: number) => readonly Entry[];

/** Keeps the divergence finite where the list lacks a category of the taste (Steck 2018, alpha). */
const smoothing = 0.01;

/**
 * Calibrated order after Steck, "Calibrated recommendations" (RecSys 2018): the first `count` places are filled greedily by
 * score - weight x n x KL(taste || categories of the first n), so that a visitor's interests are shown in their proportion: a new one soon, the
 * strongest one not everywhere. Scores are a ranker's logits; the factor n (the paper has none) keeps the pull of one place the same along
 * the list. Of equals the earlier is taken; the entries behind keep their order.
 * @param weight In logits, >= 0; 0 leaves the order as it is.
 */
export function calibrate<Entry extends Scored>(
  entries: readonly Entry[],
  count: number,
  taste: Taste,
  weight: number,
): readonly Entry[] {
  if (weight <= 0 || !taste.size) return entries;
  const names = [...taste.keys()];
  const shares = [...taste.values()];
  const waiting = entries.map(({ item: { categories }, score }, at) => ({
    at,
    score: Number.isFinite(score) ? score : Number.NEGATIVE_INFINITY,
    mass: names.map((name) => (categories.includes(name) ? 1 / categories.length : 0)),
  }));
  const held = names.map(() => 0);
  const chosen: number[] = [];
  while (chosen.length < count && waiting.length > 0) {
    const n = chosen.length + 1;
    const gains = waiting.map(({ score, mass }) => {
      const divergence = shares.reduce((sum, share, g) => {
        const listed = ((held[g] as number) + (mass[g] as number)) / n;
        return sum - share * Math.log((1 - smoothing) * (listed / share) + smoothing);
      }, 0);
      return score - weight * n * divergence;
    });
    const [best] = waiting.splice(gains.indexOf(Math.max(...gains)), 1);
    if (!best) break;
    chosen.push(best.at);
    for (const [g, mass] of best.mass.entries()) held[g] = (held[g] as number) + mass;
  }
  return [...chosen, ...waiting.map(({ at }) => at)].map((at) => entries[at] as Entry);
}

/** The calibration to a visitor's taste. */
export const calibrationTo =
  (taste: Taste): Calibration =>
  (entries, count, weight) =>
    calibrate(entries, count, taste, weight);
