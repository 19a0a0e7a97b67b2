import { byNeighbours } from './by-neighbours.ts';
import { checkInteractions, groupBy, type Interactions } from './interactions.ts';
import { addCoOccurrences } from './item-item.ts';
import type { CandidateModel } from './model.ts';
import { tableOf } from './row-sums.ts';
import { pairsOf, transpose } from './sparse.ts';

export interface BoughtTogetherSettings {
  /** Interactions of a visitor belong to one basket while no two neighbours are further apart. */
  readonly withinMinutes: number;
  /** Baskets that a pair must be in. */
  readonly support: number;
  /** Baskets added to the expected number: rare coincidences have high lifts. */
  readonly shrinkage: number;
  readonly served: number;
}

const minuteMs = 60_000;

/**
 * What goes into baskets together more often than by chance. With n(i) baskets of N that hold i, and n(i, j) that hold both,
 *
 *   lift(i, j) = n(i, j) N / (n(i) n(j))             (Brin et al. 1997)
 *   s(i, j)    = n(i, j) / (n(i) n(j) / N + shrinkage) for pairs in at least `support` baskets with a lift above 1
 *
 * for the last item of a history: what goes with that.
 */
export const boughtTogetherModel: CandidateModel<BoughtTogetherSettings> = {
  name: 'bought-together',
  summary: 'what is in a basket with the last item more often than by chance',
  defaults: () => ({ withinMinutes: 30, support: 2, shrinkage: 1, served: 100 }),
  space: { withinMinutes: [0, 5, 30, 120, 1440], support: [1, 2, 3, 5], shrinkage: [0, 0.5, 1, 3, 10] },
  cost: ({ pairs, interactions, items, coOccurrences }, { served }) => ({
    seconds: coOccurrences * 5e-9 + interactions * 5e-8 + items * 1e-6,
    bytes: 28 * interactions + 16 * pairs + 40 * items + 12 * Math.min(coOccurrences, items * served),
  }),
  refusal: () => undefined,
  async fit(log, settings) {
    check(settings);
    checkInteractions(log);
    const baskets = pairsOf(asBaskets(log, settings.withinMinutes * minuteMs));
    const items = transpose(baskets);
    const countOf = (i: number) => (items.offsets[i + 1] as number) - (items.offsets[i] as number);
    const voice = new Float64Array(baskets.rows).fill(1);
    const table = tableOf(
      log.items,
      settings.served,
      (i, sums) => addCoOccurrences(baskets, items, i, voice, sums),
      (together, i, j) => {
        const expected = (countOf(i) * countOf(j)) / baskets.rows;
        return together >= settings.support && together > expected ? together / (expected + settings.shrinkage) : 0;
      },
    );
    return byNeighbours(table, { last: 1, decay: 1 }, settings.served);
  },
};

function check({ withinMinutes, support, shrinkage, served }: BoughtTogetherSettings): void {
  for (const [name, value] of Object.entries({ withinMinutes, shrinkage }))
    if (!(value >= 0 && value <= 1e9)) throw new RangeError(`bought-together: ${name} of 0 or more expected, not ${value}`);
  for (const [name, value] of Object.entries({ support, served }))
    if (!(Number.isInteger(value) && value >= 1))
      throw new RangeError(`bought-together: ${name}, a whole number above 0, expected, not ${value}`);
}

/** The same interactions with baskets in place of users. */
function asBaskets(log: Interactions, withinMs: number): Interactions {
  const { offsets, entries } = groupBy(log.user, log.users);
  const user = new Int32Array(log.n);
  let baskets = 0;
  for (let u = 0; u < log.users; u++) {
    for (let at = offsets[u] as number; at < (offsets[u + 1] as number); at++) {
      const entry = entries[at] as number;
      const isFirst = at === offsets[u] || (log.tMs[entry] as number) - (log.tMs[entries[at - 1] as number] as number) > withinMs;
      if (isFirst) baskets++;
      user[entry] = baskets - 1;
    }
  }
  return { ...log, users: baskets, user };
}
