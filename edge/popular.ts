import type { Pack, SlateAnswer } from '../shared/contract/pack.ts';
import type { RecommendRequest } from '../shared/contract/request.ts';
import type { Surface } from '../shared/contract/surface.ts';
import { applyPolicy } from '../shared/policy/apply.ts';
import { servedOf } from '../shared/release/cascade.ts';
import { blend } from '../shared/retrieval/blend.ts';
import { popular, popularIn } from '../shared/retrieval/popular.ts';
import { answer } from './pack/answer.ts';
import { emptyAnswer } from './pack/empty.ts';
import { newHead } from './pack/head.ts';
import type { RecommendServices } from './recommend.ts';
import { openArm } from './registry/arm.ts';

const surfaceOf = (limit: number): Surface => ({
  name: 'popular',
  sources: [{ source: 'popular', limit, weight: 1 }],
  rules: { excludeSeen: false, categoryShare: 1 },
  rerank: false,
});
/** Policy may drop some. */
const spare = 50;

/** The most popular items in that order, of a category if one is given: no ranker, the same policy, pack and log as any slate. @throws ProblemError unknown-site */
export async function popularSlate(
  request: RecommendRequest,
  category: string | undefined,
  services: RecommendServices,
): Promise<Pack | SlateAnswer> {
  const { ports } = services;
  const { count, device, timeZoneMinutes } = request;
  const opened = await openArm(request, services);
  const head = newHead(request, opened, ports);
  if (!opened.release) return emptyAnswer(head, request, opened.degraded);
  const { open } = opened.release;
  const nowMs = head.issuedAtMs;
  const surface = surfaceOf(count + spare);
  const list = category === undefined ? popular(open.popular, count + spare) : popularIn(open.popular, category, count + spare);
  const candidates = blend([{ source: 'popular', weight: 1, list }], count + spare);
  const slate = applyPolicy({
    candidates: Array.from(candidates.ordinals.keys()),
    scores: candidates.sourceScores.popular ?? [],
    itemOf: (row) => open.items[candidates.ordinals[row] as number],
    rules: surface.rules,
    count,
    nowMs,
  });
  const served = servedOf(open, candidates, { nowMs, device, timeZoneMinutes, surface: surface.name });
  return await answer(
    request,
    head,
    { open, surface, candidates, served, slate, count },
    { degraded: opened.degraded, timing: {} },
    services,
  );
}
