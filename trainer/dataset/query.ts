import type { Interactions } from '../candidate/interactions.ts';
import { type Random, shuffle } from '../random.ts';

/** One question to a ranker: what will this visitor choose at this time, from what was known before it? */
export interface Query {
  readonly user: number;
  readonly tMs: number;
  /** Ordinals of what the visitor chose at that time, first interactions only when seen items are never shown. */
  readonly targets: readonly number[];
  /** Label weight of each target. */
  readonly weights: readonly number[];
}

/**
 * Every visitor and time with a positive interaction in [fromMs, toMs), in time order. Interactions at one time are one query with several targets.
 * With `onlyNew`, an item that the visitor already chose before is no target, for a surface that hides seen items cannot show it.
 */
export function queriesOf(
  log: Interactions,
  range: { readonly fromMs: number; readonly toMs: number },
  onlyNew: boolean,
): Query[] {
  const chosen = Array.from({ length: log.users }, () => new Set<number>());
  const queries: Query[] = [];
  for (let start = 0, end = 0; start < log.n; start = end) {
    const tMs = log.tMs[start] as number;
    if (tMs >= range.toMs) break;
    const byUser = new Map<number, Map<number, number>>();
    for (; end < log.n && log.tMs[end] === tMs; end++) {
      const user = log.user[end] as number;
      const item = log.item[end] as number;
      if (onlyNew && chosen[user]?.has(item)) continue;
      const targets = byUser.get(user) ?? new Map<number, number>();
      targets.set(item, Math.max(targets.get(item) ?? 0, log.weight[end] as number));
      byUser.set(user, targets);
    }
    for (const [user, targets] of byUser) {
      for (const item of targets.keys()) chosen[user]?.add(item);
      if (tMs >= range.fromMs) queries.push({ user, tMs, targets: [...targets.keys()], weights: [...targets.values()] });
    }
  }
  return queries;
}

/**
 * At most `limit` queries, in time order. Every visitor keeps at most the same number of them, chosen at random, so that busy visitors do not
 * crowd out the others.
 */
export function sampleQueries(queries: readonly Query[], limit: number, random: Random): Query[] {
  if (queries.length <= limit) return [...queries];
  const byUser = new Map<number, number[]>();
  for (const [q, { user }] of queries.entries()) {
    const own = byUser.get(user);
    if (own) own.push(q);
    else byUser.set(user, [q]);
  }
  const perUser = fairShare(
    [...byUser.values()].map((own) => own.length),
    limit,
  );
  const kept: number[] = [];
  for (const own of byUser.values()) {
    const order = Int32Array.from(own);
    shuffle(order, random);
    kept.push(...order.subarray(0, perUser));
  }
  const order = Int32Array.from(kept);
  shuffle(order, random);
  return Array.from(order.subarray(0, limit).sort(), (q) => queries[q] as Query);
}

/** Smallest c with sum of min(count, c) >= limit: one visitor more or less decides whether the limit is exceeded, hence the final cut. */
function fairShare(counts: readonly number[], limit: number): number {
  let c = 1;
  while (counts.reduce((sum, count) => sum + Math.min(count, c), 0) < limit) c++;
  return c;
}
