import { assemble } from '../../shared/feature/assemble.ts';
import { deviceValues } from '../../shared/feature/device.ts';
import type { HistoryItem } from '../../shared/feature/user.ts';
import { servedOf } from '../../shared/release/cascade.ts';
import type { RankingRows } from '../fit/rows.ts';
import { type Random, shuffle } from '../random.ts';
import { candidatesOf, contextOf, pickCandidates, type Retrieval } from './candidates.ts';
import type { Query } from './query.ts';
import { type ReplayInput, replay } from './replay.ts';

export interface CollectedRows {
  readonly light: RankingRows;
  readonly heavy: RankingRows;
  /** Queries that were asked. */
  readonly queries: number;
  /** Queries of which at least one target was among the candidates; at most `maxLists` of them became lists. */
  readonly retrieved: number;
}

/**
 * Lists for both rankers: for each query the targets that the cascade retrieved, and negatives drawn from what it retrieved beside them and the policy
 * would have let through. A query whose targets were not retrieved gives no list: a target put in by hand would have no source scores, and the ranker
 * would learn that missing scores are good. It counts as a miss in the evaluation.
 */
export function collectRows(
  input: ReplayInput,
  retrieval: Retrieval,
  sampling: {
    readonly queries: readonly Query[];
    readonly negatives: number;
    readonly maxLists: number;
    readonly random: Random;
  },
): CollectedRows {
  const { features, items, surface } = retrieval;
  const lists: List[] = [];
  replay(input, sampling.queries, (query, world) => {
    const candidates = candidatesOf(retrieval, query, world);
    const chosen: number[] = [];
    const others: number[] = [];
    for (const [i, ordinal] of candidates.ordinals.entries()) {
      const hidden = surface.rules.excludeSeen && world.seenOrdinals.has(ordinal);
      if (hidden || items[ordinal]?.available === false) continue;
      (query.targets.includes(ordinal) ? chosen : others).push(i);
    }
    if (chosen.length === 0 || others.length === 0) return;
    const order = Int32Array.from(others);
    shuffle(order, sampling.random);
    const picked = pickCandidates(candidates, [...chosen, ...order.subarray(0, sampling.negatives)]);
    const n = picked.ordinals.length;
    const served = servedOf({ features, items, catalog: world.catalog(picked.ordinals) }, picked, contextOf(world.nowMs));
    const known = Array.from(picked.ordinals, (ordinal) => input.historyItems[ordinal] as HistoryItem);
    lists.push({
      labels: Array.from(picked.ordinals, (ordinal) => query.weights[query.targets.indexOf(ordinal)] ?? 0),
      light: assemble(features, 'light', n, served),
      heavy: assemble(features, 'heavy', n, served, deviceValues(features, world.user, known, world.nowMs)),
    });
  });
  const kept = subset(lists, sampling.maxLists, sampling.random);
  return {
    light: joined(kept, 'light', features.columns.light.length),
    heavy: joined(kept, 'heavy', features.columns.heavy.length),
    queries: sampling.queries.length,
    retrieved: lists.length,
  };
}

interface List {
  readonly labels: readonly number[];
  readonly light: Float32Array;
  readonly heavy: Float32Array;
}

/** At most `n` of the lists, drawn at random, in their order. */
function subset(lists: readonly List[], n: number, random: Random): readonly List[] {
  if (lists.length <= n) return lists;
  const order = Int32Array.from(lists.keys());
  shuffle(order, random);
  return Array.from(order.subarray(0, n).sort(), (q) => lists[q] as List);
}

function joined(lists: readonly List[], ranker: 'light' | 'heavy', columns: number): RankingRows {
  const offsets = new Uint32Array(lists.length + 1);
  for (const [q, { labels }] of lists.entries()) offsets[q + 1] = (offsets[q] as number) + labels.length;
  const rows = offsets[lists.length] as number;
  const all = { labels: new Float32Array(rows), features: new Float32Array(rows * columns) };
  for (const [q, list] of lists.entries()) {
    all.labels.set(list.labels, offsets[q]);
    all.features.set(list[ranker], (offsets[q] as number) * columns);
  }
  return { columns, lists: lists.length, offsets, ...all };
}
