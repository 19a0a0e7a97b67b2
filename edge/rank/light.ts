import type { Degraded } from '../../shared/contract/pack.ts';
import { type LightRanked, lightRank, type RankContext, servedOf } from '../../shared/release/cascade.ts';
import type { Blended } from '../../shared/retrieval/blend.ts';
import type { ServingRelease } from '../registry/serving.ts';

/** Candidates in light-rank order, or as they were blended when the ranker is refused or fails. */
export function rankCandidates(
  release: ServingRelease,
  candidates: Blended,
  context: RankContext,
): { readonly ranked: LightRanked; readonly degraded: readonly Degraded[] } {
  if (!release.light) return blendedOrder(release, candidates, context, release.refused ?? 'light-refused');
  try {
    const ranked = lightRank(release.open, release.light, candidates, context);
    if (ranked.scores.every(Number.isFinite)) return { ranked, degraded: [] };
    return blendedOrder(release, candidates, context, 'light-not-finite');
  } catch (error) {
    console.warn('light rank', error);
    return blendedOrder(release, candidates, context, 'light-failed');
  }
}

function blendedOrder(release: ServingRelease, candidates: Blended, context: RankContext, reason: string) {
  const order = Uint32Array.from(candidates.ordinals.keys());
  const served = servedOf(release.open, candidates, context);
  return { ranked: { order, scores: candidates.scores, served }, degraded: [{ stage: 'rank', reason }] as const };
}
