import type { SiteId } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { Degraded } from '../../shared/contract/pack.ts';
import type { Surface } from '../../shared/contract/surface.ts';
import { retrieveSource, type SourceContext } from '../../shared/release/source.ts';
import { type Blended, blend } from '../../shared/retrieval/blend.ts';
import type { ServingRelease } from '../registry/serving.ts';
import { type AskedSource, fanOut } from './fan-out.ts';
import { type TrendingMemo, trendingList } from './trending.ts';

/** Of the floor in the blend: less than between any two ranks of a source of weight 1, so that it fills up and moves nothing. */
const floorWeight = 1e-4;

export interface RetrieveInput {
  readonly site: SiteId;
  readonly release: ServingRelease;
  readonly surface: Surface;
  readonly context: SourceContext;
  /** Items that the answer must be able to show. */
  readonly count: number;
}

/** Candidates of a surface from all of its sources, blended. When they find fewer than will be shown, the popular ones fill up. */
export async function retrieve(
  input: RetrieveInput,
  trending: TrendingMemo,
): Promise<{ readonly candidates: Blended; readonly degraded: readonly Degraded[] }> {
  const { site, release, surface, context, count } = input;
  const asked = surface.sources.map(
    ({ source, weight, limit }): AskedSource => ({
      source,
      weight,
      retrieve: () =>
        source === 'trending'
          ? trending.top(site).then((items) => trendingList(items, release.open, limit))
          : retrieveSource(release.open, release.index, source, { ...context, limit }),
    }),
  );
  const { lists, degraded } = await fanOut(asked, limit.sourceDeadlineMs);
  const candidates = blend(lists, limit.packCandidates);
  // The page's own item is dropped later, and policy may drop some: twice the count leaves it a choice.
  if (candidates.ordinals.length >= Math.min(2 * count, limit.packCandidates)) return { candidates, degraded };
  const list = retrieveSource(release.open, release.index, 'popular', { ...context, limit: limit.packCandidates });
  const floor = { source: 'popular', weight: floorWeight, list } as const;
  return { candidates: blend([...lists, floor], limit.packCandidates), degraded };
}
