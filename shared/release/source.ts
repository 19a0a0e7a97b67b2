import type { Ordinal } from '../contract/id.ts';
import type { SourceName } from '../contract/surface.ts';
import { nearestToSeeds } from '../retrieval/nearest.ts';
import { byCategory, popular } from '../retrieval/popular.ts';
import { recent } from '../retrieval/recent.ts';
import { nothing, type Retrieved } from '../retrieval/retrieved.ts';
import type { SeedEncoder } from '../retrieval/seed-encoder.ts';
import { similar } from '../retrieval/similar.ts';
import type { VectorIndex } from '../vector/search.ts';
import type { OpenRelease } from './open.ts';

/** What sources know of a request. */
export interface SourceContext {
  readonly nowMs: number;
  /** The item that the page is about. */
  readonly item?: Ordinal;
  /** Items of the visitor's recent interest, newest first; what the device or a consenting client sends. */
  readonly seeds: readonly Ordinal[];
}

/** The parts of a release that sources read. */
export type SourceRelease = Pick<OpenRelease, 'items' | 'popular' | 'similar' | 'vectors' | 'recent'> & {
  /** Opened by encoder.ts, where the release has one. */
  readonly encoder?: SeedEncoder | undefined;
};

/**
 * One source's candidates, pure and synchronous: the edge calls it under its own deadline, the trainer in a loop.
 *
 * - similar, nearest: of the page's item where there is one, else of the seeds; nothing without either.
 *   Nearest throws what the release's encoder throws; without the encoder it asks with the mean of the seeds.
 * - category: the best of the item's own categories, else of every category in turn.
 * - trending: nothing; it is of the moment, not of a release.
 */
export function retrieveSource(
  release: SourceRelease,
  index: VectorIndex,
  source: SourceName,
  { nowMs, item, seeds: visited, limit }: SourceContext & { readonly limit: number },
): Retrieved {
  const seeds = item === undefined ? visited : [item];
  switch (source) {
    case 'popular':
      return popular(release.popular, limit);
    case 'category':
      return byCategory(release.popular, limit, limit, item === undefined ? undefined : release.items[item]?.categories);
    case 'recent':
      return recent(release.recent, nowMs, limit);
    case 'similar':
      return seeds.length === 0 ? nothing : similar(release.similar, seeds, limit);
    case 'nearest':
      return seeds.length === 0 ? nothing : nearestToSeeds(index, release, seeds, limit);
    case 'trending':
      return nothing;
  }
}
