import type { Ordinal } from '../contract/id.ts';
import type { Item } from '../contract/item.ts';
import { limit as limits } from '../contract/limit.ts';
import type { SourceName, Surface } from '../contract/surface.ts';
import { assemble } from '../feature/assemble.ts';
import type { RequestContext } from '../feature/context.ts';
import type { HistoryItem } from '../feature/history.ts';
import { type ServedInput, servedValues } from '../feature/served.ts';
import type { ServedValues } from '../feature/values.ts';
import type { Engine } from '../model/engine.ts';
import { type Blended, blend } from '../retrieval/blend.ts';
import type { Retrieved } from '../retrieval/retrieved.ts';
import type { VectorIndex } from '../vector/search.ts';
import { rowOf } from '../vector/table.ts';
import type { OpenRelease } from './open.ts';
import { retrieveSource, type SourceContext, type SourceRelease } from './source.ts';

export interface RetrieveInput extends SourceContext {
  /** Candidates after the blend. Default: limit.packCandidates. */
  readonly limit?: number;
  /** Lists from outside the release (trending), or to use instead of a source's own. */
  readonly lists?: Readonly<Partial<Record<SourceName, Retrieved>>>;
}

/** Candidates of a surface: all of its sources, blended. Pure and synchronous. */
export function retrieveCandidates(release: SourceRelease, index: VectorIndex, surface: Surface, input: RetrieveInput): Blended {
  const lists = surface.sources.map(({ source, weight, limit }) => ({
    source,
    weight,
    list: input.lists?.[source] ?? retrieveSource(release, index, source, { ...input, limit }),
  }));
  return blend(lists, input.limit ?? limits.packCandidates);
}

/** Candidates with what the edge knows of them. Index i of each column belongs to candidate i of the blend. */
export interface LightRanked {
  /** Candidate indices, best first; of equal scores the better blended first, NaN last. */
  readonly order: Uint32Array;
  /** Light ranker's score per candidate. */
  readonly scores: Float32Array;
  /** What the edge serves and logs. */
  readonly served: ServedValues;
}

export interface RankContext extends RequestContext {
  /** What the online store gave: see ServedInput. */
  readonly online?: NonNullable<ServedInput['online']>;
  /** What the visitor showed interest in, distinct, newest first. */
  readonly seeds?: readonly Ordinal[];
}

/** The parts of a release that served values are made of. */
export type ServedRelease = Pick<OpenRelease, 'features' | 'catalog' | 'items' | 'vectors'>;

/** Served features of blended candidates. */
export function servedOf(release: ServedRelease, candidates: Blended, { seeds = [], ...context }: RankContext): ServedValues {
  const { features, catalog, items } = release;
  const { ordinals, sourceScores } = candidates;
  return servedValues(features, {
    n: ordinals.length,
    ordinals,
    catalog,
    items,
    sourceScores,
    ...context,
    ...comparedItems(release, ordinals, seeds),
  });
}

/** Seeds and candidates as seed features compare them. */
export function comparedItems(
  { features, items, vectors }: Pick<ServedRelease, 'features' | 'items' | 'vectors'>,
  ordinals: ArrayLike<Ordinal>,
  seeds: readonly Ordinal[],
): Required<Pick<ServedInput, 'seeds' | 'compared'>> | undefined {
  if (seeds.length === 0 || !features.definitionOf.edge.some((feature) => 'seeds' in feature)) return undefined;
  const itemOf = (ordinal: Ordinal): HistoryItem => ({ ...(items[ordinal] as Item), vector: rowOf(vectors, ordinal) });
  const candidates = Array.from(ordinals, itemOf);
  return { seeds: seeds.map(itemOf), compared: (i) => candidates[i] as HistoryItem };
}

/** Orders blended candidates by the light ranker. Pure and synchronous. @throws what the engine throws: the caller keeps the blended order. */
export function lightRank(
  release: ServedRelease,
  engine: Pick<Engine, 'run'>,
  candidates: Blended,
  context: RankContext,
): LightRanked {
  const n = candidates.ordinals.length;
  const served = servedOf(release, candidates, context);
  const scores = n === 0 ? new Float32Array(0) : engine.run(assemble(release.features, 'light', n, served), n);
  return { order: descending(scores), scores, served };
}

/** Indices of scores from the greatest to the least; equal ones in index order, NaN last. */
export function descending(scores: Float32Array): Uint32Array {
  const rank = (i: number) => {
    const score = scores[i] as number;
    return Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score;
  };
  // -Infinity - -Infinity is NaN, which is falsy: index order.
  return Uint32Array.from(scores.keys()).sort((a, b) => rank(b) - rank(a) || a - b);
}
