import type { ItemId } from '../shared/contract/id.ts';
import { limit } from '../shared/contract/limit.ts';
import type { Pack, SlateAnswer } from '../shared/contract/pack.ts';
import type { RecommendRequest } from '../shared/contract/request.ts';
import { applyPolicy } from '../shared/policy/apply.ts';
import type { ItemCopies } from './feature/item-copies.ts';
import { readOnline } from './feature/read.ts';
import { answer } from './pack/answer.ts';
import { emptyAnswer } from './pack/empty.ts';
import { newHead } from './pack/head.ts';
import type { Signer } from './pack/token.ts';
import type { Ports } from './port.ts';
import { ProblemError } from './problem.ts';
import { rankCandidates } from './rank/light.ts';
import { openArm } from './registry/arm.ts';
import type { Serving, ServingRelease } from './registry/serving.ts';
import type { Traffic } from './registry/traffic.ts';
import { retrieve } from './retrieve/retrieve.ts';
import type { TrendingMemo } from './retrieve/trending.ts';

export interface RecommendServices {
  readonly ports: Pick<Ports, 'nowMs' | 'randomBytes' | 'defer' | 'log' | 'online'>;
  readonly traffic: Traffic;
  readonly serving: Serving;
  readonly trending: TrendingMemo;
  readonly itemCopies: ItemCopies;
  readonly signer: Signer | undefined;
}

/**
 * The cascade: assign -> retrieve -> features -> light rank -> policy -> pack -> log. What fails or is late is left out and named in `degraded`.
 * @throws ProblemError unknown-site, unknown-surface, unknown-item: the caller asked for what there is not. Nothing else.
 */
export async function recommend(request: RecommendRequest, services: RecommendServices): Promise<Pack | SlateAnswer> {
  const { ports, trending, itemCopies } = services;
  const { site, count } = request;
  const startMs = ports.nowMs();

  const opened = await openArm(request, services);
  const head = newHead(request, opened, ports);
  const { release } = opened;
  if (!release) return emptyAnswer(head, request, opened.degraded);
  const { open } = release;
  const surface = open.manifest.surfaces.find(({ name }) => name === request.surface);
  if (!surface) throw new ProblemError('unknown-surface', `${site} has no surface ${request.surface}`, { at: 'surface' });
  // What a device keeps to itself is not used, nor logged, if it comes all the same.
  const own: RecommendRequest = surface.retrieval === 'private' ? { ...request, seeds: [] } : request;
  const { item, seeds } = ordinalsOf(own, release);

  const nowMs = ports.nowMs();
  const context = { nowMs: head.issuedAtMs, seeds, ...(item !== undefined && { item }) };
  const { candidates, degraded: retrieved } = await retrieve({ site, release, surface, context, count }, trending);

  const featuresMs = ports.nowMs();
  const asked = { request, open, candidates, copies: itemCopies.held(release), nowMs: head.issuedAtMs };
  const { online, degraded: unread } = await readOnline(asked, ports);

  const rankMs = ports.nowMs();
  // As of the time that the log and the token state, so that what was served can be computed again.
  const { timeZoneMinutes, device, country } = request;
  const visit = { timeZoneMinutes, device, surface: surface.name, ...(country !== undefined && { country }) };
  const asOf = { nowMs: head.issuedAtMs, ...visit, online, seeds };
  const { ranked, degraded: unranked } = rankCandidates(release, candidates, asOf);

  const policyMs = ports.nowMs();
  const slate = applyPolicy({
    candidates: Array.from(ranked.order),
    scores: Array.from(ranked.order, (row) => ranked.scores[row] as number),
    itemOf: (row) => open.items[candidates.ordinals[row] as number],
    rules: surface.rules,
    count,
    depth: request.rank === 'device' ? limit.packCandidates : count,
    nowMs,
    ...(request.item !== undefined && { item: request.item }),
  });

  const endMs = ports.nowMs();
  const timing = {
    open: nowMs - startMs,
    retrieve: featuresMs - nowMs,
    features: rankMs - featuresMs,
    rank: policyMs - rankMs,
    policy: endMs - policyMs,
  };
  const degraded = [...opened.degraded, ...retrieved, ...unread, ...unranked];
  const cascade = { open, surface, candidates, served: ranked.served, slate, count, delta: release.delta };
  return await answer(own, head, cascade, { degraded, timing }, services);
}

/** Seeds that the release does not know are ignored; the page's own item must be one. */
function ordinalsOf({ item, seeds }: RecommendRequest, { open, site }: ServingRelease) {
  const ordinal = item === undefined ? undefined : open.ordinalOf(item);
  if (item !== undefined && ordinal === undefined)
    throw new ProblemError('unknown-item', `${site} has no item ${item}`, { at: 'item' });
  const known = new Set(seeds.flatMap((seed: ItemId) => open.ordinalOf(seed) ?? []));
  return { item: ordinal, seeds: [...known] };
}
