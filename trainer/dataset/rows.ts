import type { FeatureSet } from '../../shared/feature/set.ts';
import type { HistoryItem } from '../../shared/feature/user.ts';
import { type Random, shuffle } from '../random.ts';
import { candidatesOf, pickCandidates, type Retrieval } from './candidates.ts';
import { type List, subset } from './list.ts';
import { createListMaker } from './list-maker.ts';
import type { Query } from './query.ts';
import { type ReplayInput, replay } from './replay.ts';
import type { LoggedList } from './served.ts';
import type { ShownSlate } from './shown.ts';

export interface CollectedLists {
  /** Of choices. */
  readonly chosen: readonly List[];
  /** Of slates that were shown. */
  readonly shown: readonly List[];
  /** Queries that were asked. */
  readonly queries: number;
  /** Queries of which at least one target was among the candidates; at most `maxLists` of them became lists. */
  readonly retrieved: number;
  /** By ordinal, as devices know items. */
  readonly catalogue: readonly HistoryItem[];
}

/** Where the served values of the lists' rows are from. */
export interface ServedCounts {
  /** Lists that are of a logged slate. */
  readonly loggedLists: number;
  /** Rows of which every served value was logged, some were, or none. */
  readonly rows: { readonly logged: number; readonly mixed: number; readonly recomputed: number };
  /** By served feature. */
  readonly features: Readonly<Record<string, { readonly logged: number; readonly recomputed: number }>>;
}

/**
 * Lists for both rankers, in time order. A query whose choice was made from a slate that was logged: the candidates of that slate, with the values that were served, as far
 * as those features are defined today as they were then; others are computed again. Any other query: the targets that the cascade retrieved, and negatives drawn from what it retrieved beside them and the policy
 * would have let through. A query whose targets were not retrieved gives no list: a target put in by hand would have no source scores, and the ranker
 * would learn that missing scores are good. It counts as a miss in the evaluation.
 * A slate that was shown gives a list of its items, chosen or not, with the values of its time.
 */
export function collectLists(
  input: ReplayInput,
  retrieval: Retrieval,
  sampling: {
    readonly queries: readonly Query[];
    readonly negatives: number;
    readonly maxLists: number;
    readonly random: Random;
    /** In time order. */
    readonly shown?: readonly ShownSlate[];
    /** What was served, where that is known, by query or slate. */
    readonly logged?: ReadonlyMap<Query, LoggedList>;
  },
): CollectedLists {
  const { items, surface } = retrieval;
  const chosenLists: List[] = [];
  const shownLists: List[] = [];
  const make = createListMaker(input, retrieval);
  const slates = new Set<Query>(sampling.shown);
  const asked = [...sampling.queries, ...slates].sort((a, b) => a.tMs - b.tMs);
  replay(input, asked, (query, world) => {
    const logged = sampling.logged?.get(query);
    if (slates.has(query)) {
      shownLists.push(make.shown(query as ShownSlate, world, logged));
      return;
    }
    const candidates = logged ? make.slateCandidates(logged, query, world) : candidatesOf(retrieval, query, world);
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
    const rows = [...chosen, ...order.subarray(0, sampling.negatives)];
    chosenLists.push(make.list(query, world, pickCandidates(candidates, rows), logged && { logged, candidates: rows }));
  });
  const { maxLists, random, queries } = sampling;
  return {
    chosen: subset(chosenLists, maxLists, random),
    shown: shownLists,
    queries: queries.length,
    retrieved: chosenLists.length,
    catalogue: input.historyItems,
  };
}

/** @param lists that rankers learn from */
export function countServed(lists: readonly List[], { served }: FeatureSet): ServedCounts {
  const rows = { logged: 0, mixed: 0, recomputed: 0 };
  const features = served.map(() => ({ logged: 0, recomputed: 0 }));
  for (const { labels, logged } of lists) {
    const some = logged?.some(Boolean) ?? false;
    rows[!some ? 'recomputed' : logged?.every(Boolean) ? 'logged' : 'mixed'] += labels.length;
    for (const [column, counts] of features.entries()) counts[logged?.[column] ? 'logged' : 'recomputed'] += labels.length;
  }
  return {
    loggedLists: lists.filter(({ logged }) => logged).length,
    rows,
    features: Object.fromEntries(
      served.map((name, column) => [name, features[column] as { logged: number; recomputed: number }]),
    ),
  };
}
