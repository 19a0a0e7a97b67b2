import type { SourceName } from '../../shared/contract/surface.ts';
import { assemble } from '../../shared/feature/assemble.ts';
import { deviceValues } from '../../shared/feature/device.ts';
import type { FeatureSet } from '../../shared/feature/set.ts';
import type { HistoryItem } from '../../shared/feature/user.ts';
import type { ServedValues } from '../../shared/feature/values.ts';
import { servedOf } from '../../shared/release/cascade.ts';
import type { Blended } from '../../shared/retrieval/blend.ts';
import type { RankingRows } from '../fit/rows.ts';
import { type Random, shuffle } from '../random.ts';
import { candidatesOf, contextOf, pickCandidates, type Retrieval } from './candidates.ts';
import { historyOf, joined, type List, subset } from './list.ts';
import type { Query } from './query.ts';
import { type AsOf, type ReplayInput, replay } from './replay.ts';
import type { LoggedList } from './served.ts';

export interface CollectedRows {
  readonly light: RankingRows;
  readonly heavy: RankingRows;
  /** Queries that were asked. */
  readonly queries: number;
  /** Queries of which at least one target was among the candidates; at most `maxLists` of them became lists. */
  readonly retrieved: number;
  readonly served: ServedCounts;
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
 * Lists for both rankers. A query whose choice was made from a slate that was logged: the candidates of that slate, with the values that were served, as far
 * as those features are defined today as they were then; others are computed again. Any other query: the targets that the cascade retrieved, and negatives drawn from what it retrieved beside them and the policy
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
    /** What was served, where that is known. */
    readonly logged?: ReadonlyMap<Query, LoggedList>;
  },
): CollectedRows {
  const { features, items, surface } = retrieval;
  const lists: List[] = [];
  const ordinalOf = new Map(items.map(({ id }, ordinal) => [id, ordinal]));
  replay(input, sampling.queries, (query, world) => {
    const logged = sampling.logged?.get(query);
    const candidates = logged ? slateCandidates(logged, retrieval, query, world) : candidatesOf(retrieval, query, world);
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
    const picked = pickCandidates(candidates, rows);
    const n = picked.ordinals.length;
    const served = servedOf(
      { features, items, catalog: world.catalog(picked.ordinals), vectors: retrieval.generators.vectors },
      picked,
      contextOf(world, surface, picked.ordinals),
    );
    if (logged) overlay(served, features, rows, logged);
    const known = Array.from(picked.ordinals, (ordinal) => input.historyItems[ordinal] as HistoryItem);
    lists.push({
      tMs: query.tMs,
      items: picked.ordinals,
      history: historyOf(world.events, ordinalOf),
      logged: logged?.logged,
      labels: Array.from(picked.ordinals, (ordinal) => query.weights[query.targets.indexOf(ordinal)] ?? 0),
      light: assemble(features, 'light', n, served),
      heavy: assemble(features, 'heavy', n, served, deviceValues(features, world.user, known, world.nowMs)),
    });
  });
  const kept = subset(lists, sampling.maxLists, sampling.random);
  return {
    light: joined(kept, 'light', features.columns.light.length),
    // The edge knows no history: what rests on one is for the device.
    heavy: { ...joined(kept, 'heavy', features.columns.heavy.length), catalogue: input.historyItems },
    queries: sampling.queries.length,
    retrieved: lists.length,
    served: countServed(kept, features),
  };
}

/** The candidates of a logged slate. Source scores that were not logged are those of the sources as of the query, which may not propose them. */
function slateCandidates({ ordinals, logged }: LoggedList, retrieval: Retrieval, query: Query, world: AsOf): Blended {
  const n = ordinals.length;
  const sourceScores: Partial<Record<SourceName, Float32Array>> = {};
  const again = retrieval.features.definitionOf.edge.some(
    (feature) => 'source' in feature && !logged[retrieval.features.served.indexOf(feature.name)],
  );
  if (again) {
    const found = candidatesOf(retrieval, query, world);
    const at = new Map(Array.from(found.ordinals, (ordinal, i) => [ordinal, i]));
    for (const [source, scores] of Object.entries(found.sourceScores))
      sourceScores[source as SourceName] = Float32Array.from(ordinals, (ordinal) => scores[at.get(ordinal) ?? -1] ?? Number.NaN);
  }
  return { ordinals, sources: new Uint32Array(n), scores: new Float32Array(n), sourceScores };
}

/** Puts logged values in the place of computed ones. @param candidates of the list that the rows are of. */
function overlay(values: ServedValues, { served }: FeatureSet, candidates: readonly number[], list: LoggedList): void {
  for (const [column, isLogged] of list.logged.entries()) {
    if (!isLogged) continue;
    for (const [row, candidate] of candidates.entries()) values[row * served.length + column] = list.value(candidate, column);
  }
}

function countServed(lists: readonly List[], { served }: FeatureSet): ServedCounts {
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
