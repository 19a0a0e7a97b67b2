import type { SiteId } from '../../shared/contract/id.ts';
import { limit } from '../../shared/contract/limit.ts';
import type { Degraded } from '../../shared/contract/pack.ts';
import { edgeSources, type Surface } from '../../shared/contract/surface.ts';
import { retrieveSource, type SourceContext } from '../../shared/release/source.ts';
import { type Blended, blend } from '../../shared/retrieval/blend.ts';
import type { Retrieved } from '../../shared/retrieval/retrieved.ts';
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
  const withoutEncoder = new Set<string>();
  const asked = edgeSources(surface).map(
    ({ source, weight, limit }): AskedSource => ({
      source,
      weight,
      retrieve: () =>
        source === 'trending'
          ? trending.top(site).then((items) => trendingList(items, release.open, limit))
          : source === 'nearest'
            ? nearest(release, { ...context, limit }, withoutEncoder)
            : retrieveSource(release.sources, release.index, source, { ...context, limit }),
    }),
  );
  const { lists, degraded: dropped } = await fanOut(asked, limit.sourceDeadlineMs);
  const degraded = [...dropped, ...Array.from(withoutEncoder, (reason): Degraded => ({ stage: 'retrieve', reason }))];
  const candidates = blend(lists, limit.packCandidates);
  // The page's own item is dropped later, and policy may drop some: twice the count leaves it a choice.
  if (candidates.ordinals.length >= Math.min(2 * count, limit.packCandidates)) return { candidates, degraded };
  const list = retrieveSource(release.sources, release.index, 'popular', { ...context, limit: limit.packCandidates });
  const floor = { source: 'popular', weight: floorWeight, list } as const;
  return { candidates: blend([...lists, floor], limit.packCandidates), degraded };
}

/** Asked by the release's encoder; where that is refused or fails, by the mean of the seeds' directions, and why. */
function nearest(
  { sources, index, encoderRefused }: ServingRelease,
  context: SourceContext & { readonly limit: number },
  why: Set<string>,
): Retrieved {
  if (encoderRefused && (context.seeds.length > 0 || context.item !== undefined)) why.add('encoder-refused');
  try {
    return retrieveSource(sources, index, 'nearest', context);
  } catch (error) {
    if (!sources.encoder) throw error;
    console.warn('encoder', error);
    why.add('encoder-failed');
    return retrieveSource({ ...sources, encoder: undefined }, index, 'nearest', context);
  }
}
