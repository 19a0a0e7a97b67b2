import type { Ordinal } from '../../shared/contract/id.ts';
import type { Item } from '../../shared/contract/item.ts';
import type { Surface } from '../../shared/contract/surface.ts';
import type { FeatureSet } from '../../shared/feature/set.ts';
import type { HistoryItem } from '../../shared/feature/user.ts';
import { type RankContext, retrieveCandidates } from '../../shared/release/cascade.ts';
import type { Blended } from '../../shared/retrieval/blend.ts';
import { type RecentTable, recentTable } from '../../shared/retrieval/recent.ts';
import type { SeedEncoder } from '../../shared/retrieval/seed-encoder.ts';
import type { VectorIndex } from '../../shared/vector/search.ts';
import { rowOf } from '../../shared/vector/table.ts';
import type { Generators } from '../candidate/generators.ts';
import type { Query } from './query.ts';
import type { AsOf } from './replay.ts';

/** What retrieval of a replay needs besides the world as of the query. */
export interface Retrieval {
  readonly items: readonly Item[];
  readonly recent: RecentTable;
  readonly features: FeatureSet;
  readonly generators: Generators;
  readonly surface: Surface;
  readonly index: VectorIndex;
  /** Makes the queries of the generators' vectors, where they have an encoder. */
  readonly encoder?: SeedEncoder | undefined;
}

export const createRetrieval = (parts: Omit<Retrieval, 'recent'>): Retrieval => ({ ...parts, recent: recentTable(parts.items) });

/** What a request for these candidates would have brought. The log does not tell a visitor's time zone, device or country. */
export const contextOf = (world: AsOf, { name }: Surface, ordinals: ArrayLike<Ordinal>): RankContext => ({
  nowMs: world.nowMs,
  timeZoneMinutes: 0,
  device: 'other',
  surface: name,
  online: world.online(ordinals),
  seeds: world.seeds,
});

/** Items as histories and device features know them, by ordinal, with the generators' vectors. */
export function historyItemsOf(items: readonly Item[], { vectors }: Generators): HistoryItem[] {
  return items.map(({ id, categories, brand, price }, ordinal) => ({
    id,
    categories,
    ...(brand !== undefined && { brand }),
    ...(price !== undefined && { price }),
    vector: rowOf(vectors, ordinal),
  }));
}

/**
 * Candidates that the surface's own cascade retrieves as of the query, by the code that the edge runs.
 * @throws Error when the generators have seen the query's time: rows from them would leak the future.
 */
export function candidatesOf(retrieval: Retrieval, query: Query, world: AsOf): Blended {
  const { generators, index, surface } = retrieval;
  if (query.tMs < generators.fittedThroughMs) {
    throw new Error(`leak: candidate models fitted through ${generators.fittedThroughMs} asked for a query of ${query.tMs}`);
  }
  const release = { ...retrieval, popular: world.popular, similar: generators.similar, vectors: generators.vectors };
  return retrieveCandidates(release, index, surface, { nowMs: world.nowMs, seeds: world.seeds });
}

/** Some candidates of a blend, in the given order. */
export function pickCandidates(candidates: Blended, indices: readonly number[]): Blended {
  const pick = (values: Float32Array) => Float32Array.from(indices, (i) => values[i] as number);
  return {
    ordinals: Uint32Array.from(indices, (i) => candidates.ordinals[i] as Ordinal),
    sources: Uint32Array.from(indices, (i) => candidates.sources[i] as number),
    scores: pick(candidates.scores),
    sourceScores: Object.fromEntries(Object.entries(candidates.sourceScores).map(([source, values]) => [source, pick(values)])),
  };
}
