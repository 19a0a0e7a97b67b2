import { byNeighbours, checkMixture, type Mixture } from './by-neighbours.ts';
import { checkInteractions, groupBy, type Interactions } from './interactions.ts';
import type { CandidateModel } from './model.ts';
import { type RowSums, tableOf } from './row-sums.ts';
import { collapsed, isShort, type Sequences } from './sequences.ts';

export interface TransitionSettings extends Mixture {
  /** Interactions of one visitor that are further apart than this many places are not a pair. */
  readonly window: number;
  /** An item d places later counts d^-distance. */
  readonly distance: number;
  /** What came before counts so much of what came after. */
  readonly backward: number;
  /** An item that came again counts so much as a follower of itself; 0: it is never recommended after itself. */
  readonly repeat: number;
  /** Exponents of the numbers of interactions of the item that speaks and of the item it speaks of, which sums are divided by. */
  readonly seedExponent: number;
  readonly neighbourExponent: number;
  /** Added to both numbers: pairs of rare items need more evidence. */
  readonly shrinkage: number;
  /** Lists are no longer than this, and those of a release no longer than `served`. */
  readonly keep: number;
  readonly served: number;
}

/**
 * Sequential rules (Ludewig and Jannach 2018). In a visitor's sequence (immediate repeats collapsed) two interactions d <= window places apart add
 * d^-distance to c(i, j), the earlier being i, and backward * d^-distance to c(j, i). Then
 *
 *   s(i, j) = c(i, j) / ((n(i) + shrinkage)^seedExponent * (n(j) + shrinkage)^neighbourExponent)
 *
 * with n the number of interactions of an item, mixed over the last items of a history. Of an item itself repeat * c(i, i) is said, repeats right after each
 * other included; a release's lists do not have it. Exponents 0 and backward 0: the counts of a Markov chain that
 * looks further back.
 */
export const transitionModel: CandidateModel<TransitionSettings> = {
  name: 'transitions',
  summary: 'what followed the last items in the sequences of others',
  defaults(shape) {
    // In a session the newest click says nearly all, but not in a visitor's short history, nor of one who rates films for hours.
    const brief = shape.sessions && isShort(shape);
    return {
      window: 5,
      distance: 1,
      backward: 0,
      repeat: 1,
      seedExponent: brief ? 1 : 0.5,
      neighbourExponent: 0,
      shrinkage: 0,
      last: brief ? 3 : 10,
      decay: brief ? 0.2 : 0.7,
      keep: 1000,
      served: 100,
    };
  },
  space: {
    window: [1, 2, 3, 5, 10, 20],
    distance: [0, 0.5, 1, 1.5, 2],
    backward: [0, 0.1, 0.25, 0.5, 1],
    seedExponent: [0, 0.25, 0.5, 0.75, 1],
    neighbourExponent: [0, 0.1, 0.25, 0.5],
    shrinkage: [0, 1, 5, 20],
    last: [1, 3, 5, 10, 20],
    decay: { from: 0.3, to: 1, scale: 'linear' },
  },
  cost: ({ interactions, items }, { window, keep }) => ({
    seconds: interactions * window * 1e-7 + items * 1e-6,
    bytes: 24 * interactions + 24 * items + 8 * Math.min(2 * interactions * window, items * keep),
  }),
  refusal: ({ ordered }) => (ordered ? undefined : 'the interactions of a visitor have no order in time'),
  async fit(log, settings) {
    check(settings);
    checkInteractions(log);
    const sequences = collapsed(log);
    const divisors = (exponent: number) =>
      counts(log).map((count) => (exponent === 0 ? 1 : (count + settings.shrinkage) ** exponent || 1));
    const seed = divisors(settings.seedExponent);
    const neighbour = divisors(settings.neighbourExponent);
    const weights = Float64Array.from({ length: settings.window + 1 }, (_, d) => d ** -settings.distance);
    const table = tableOf(
      log.items,
      settings.keep,
      (i, sums) => addSurroundings(sequences, i, { weights, backward: settings.backward }, sums),
      (sum, i, j) => sum / ((seed[i] as number) * (neighbour[j] as number)),
    );
    const again = repeats(log, weights).map(
      (sum, i) => (settings.repeat * sum) / ((seed[i] as number) * (neighbour[i] as number)),
    );
    return byNeighbours(table, settings, settings.served, Float32Array.from(again));
  },
};

function check(settings: TransitionSettings): void {
  const { window, distance, backward, repeat, seedExponent, neighbourExponent, shrinkage, keep, served } = settings;
  checkMixture('transitions', settings);
  for (const [name, value] of Object.entries({ window, keep, served }))
    if (!(Number.isInteger(value) && value >= 1))
      throw new RangeError(`transitions: ${name}, a whole number above 0, expected, not ${value}`);
  for (const [name, value] of Object.entries({ distance, backward, repeat, seedExponent, neighbourExponent, shrinkage }))
    if (!(value >= 0 && value < 1e6)) throw new RangeError(`transitions: ${name} of 0 or more expected, not ${value}`);
}

function counts(log: Interactions): Float64Array {
  const n = new Float64Array(log.items);
  for (const item of log.item) n[item] = (n[item] as number) + 1;
  return n;
}

/** By item: how often it came again within the window, by distance. */
function repeats({ user, item, users, items, n }: Interactions, weights: Float64Array): Float64Array {
  const { entries } = groupBy(user, users);
  const sums = new Float64Array(items);
  for (let at = 0; at < n; at++) {
    const i = item[entries[at] as number] as number;
    for (let d = 1; d < weights.length && at + d < n; d++) {
      const later = entries[at + d] as number;
      if (user[later] !== user[entries[at] as number]) break;
      if (item[later] === i) sums[i] = (sums[i] as number) + (weights[d] as number);
    }
  }
  return sums;
}

/** Adds what surrounds the occurrences of item i, by distance; the item itself is no transition. */
function addSurroundings(
  { item, user, placesOf, offsets }: Sequences,
  i: number,
  { weights, backward }: { readonly weights: Float64Array; readonly backward: number },
  sums: RowSums,
): void {
  for (let e = offsets[i] as number; e < (offsets[i + 1] as number); e++) {
    const at = placesOf[e] as number;
    const u = user[at];
    for (let d = 1; d < weights.length && user[at + d] === u; d++) {
      const j = item[at + d] as number;
      if (j !== i) sums.add(j, weights[d] as number);
    }
    if (backward === 0) continue;
    for (let d = 1; d < weights.length && user[at - d] === u; d++) {
      const j = item[at - d] as number;
      if (j !== i) sums.add(j, backward * (weights[d] as number));
    }
  }
}
