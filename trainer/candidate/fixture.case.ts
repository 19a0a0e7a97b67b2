import type { ItemId } from '../../shared/contract/id.ts';
import type { Item } from '../../shared/contract/item.ts';
import { createRandom } from '../random.ts';
import type { Interactions } from './interactions.ts';
import type { FitContext, FittedModel, History } from './model.ts';

export const dayMs = 86_400_000;

/** One interaction per day; pairs are [user, item]. */
export function logOf(pairs: readonly (readonly [user: number, item: number])[], users: number, items: number): Interactions {
  return {
    n: pairs.length,
    users,
    items,
    user: Int32Array.from(pairs, ([u]) => u),
    item: Int32Array.from(pairs, ([, i]) => i),
    tMs: Float64Array.from(pairs, (_, e) => e * dayMs),
    weight: new Float32Array(pairs.length).fill(1),
  };
}

/** 60 users; those of one half like items 0 to 19, those of the other half 20 to 39. Nobody met item 40. */
export function twoTastes(): Interactions {
  const random = createRandom(5, 'tastes');
  const pairs = Array.from({ length: 2000 }, () => {
    const user = random.below(60);
    return [user, (user % 2) * 20 + random.below(20)] as const;
  });
  return logOf(pairs, 60, 41);
}

/** Items of two tastes, with words and categories of their own; item 40 is of the second taste. */
export function twoTastesItems(): Item[] {
  return Array.from({ length: 41 }, (_, i) => ({
    id: `item-${i}` as ItemId,
    title: i < 20 ? `red wool hat number ${i}` : `blue garden chair number ${i}`,
    categories: [i < 20 ? 'clothes' : 'furniture'],
    brand: i < 20 ? 'Anna' : 'Bert',
  }));
}

/** A visitor who met these items, one a day, the last one yesterday. */
export function historyOf(items: readonly number[], user = -1, nowMs = 3000 * dayMs): History {
  return {
    user,
    items: Int32Array.from(items),
    tMs: Float64Array.from(items, (_, place) => nowMs - (items.length - place) * dayMs),
    nowMs,
  };
}

/** Everything before the end of the log. */
export function contextOf(log: Interactions, more: Partial<FitContext> = {}): FitContext {
  return { seed: 1, threads: 1, throughMs: (log.tMs[log.n - 1] ?? 0) + 1, warn: () => undefined, ...more };
}

/** Scores [histories x items]. */
export function scoresOf(fitted: FittedModel, histories: readonly History[], items: number): Float32Array {
  const out = new Float32Array(histories.length * items).fill(Number.NaN);
  fitted.score(histories, out);
  return out;
}
