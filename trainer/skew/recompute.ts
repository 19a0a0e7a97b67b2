import type { ItemId, Ordinal } from '../../shared/contract/id.ts';
import type { DeviceClass } from '../../shared/contract/request.ts';
import { type SourceName, sourceNames } from '../../shared/contract/surface.ts';
import type { CatalogTable } from '../../shared/feature/catalog.ts';
import type { FeatureDefinition } from '../../shared/feature/definition.ts';
import { type ServedInput, servedValues } from '../../shared/feature/served.ts';
import type { FeatureSet } from '../../shared/feature/set.ts';
import type { ServedValues } from '../../shared/feature/values.ts';
import { comparedItems } from '../../shared/release/cascade.ts';
import type { OpenRelease } from '../../shared/release/open.ts';
import { retrieveSource, type SourceRelease } from '../../shared/release/source.ts';
import type { VectorIndex } from '../../shared/vector/search.ts';

/** What a slate record tells of the request and the answer, as far as served values depend on it. */
export interface LoggedSlate {
  readonly surface: string;
  readonly country: string | null;
  readonly issuedAtMs: number;
  readonly timeZoneMinutes: number;
  readonly device: DeviceClass;
  readonly item: ItemId | null;
  readonly seeds: readonly ItemId[];
  readonly items: readonly ItemId[];
  /** Bits over `sourceNames` per item. */
  readonly sources: readonly number[];
  /** "stage/reason" */
  readonly degraded: readonly string[];
}

export interface RecomputeInput {
  readonly release: OpenRelease & Pick<SourceRelease, 'encoder'>;
  readonly index: VectorIndex;
  /** Definitions to compute by, and the catalogue table that they give. */
  readonly features: FeatureSet;
  readonly catalog: CatalogTable;
}

/** Why a feature cannot be computed again from a record, a release and the events of the log; undefined where it can. */
export function notRecomputable(feature: FeatureDefinition): string | undefined {
  if (feature.placement !== 'edge') return undefined;
  if ('source' in feature && feature.source === 'trending') return 'what trended is not in the record';
  if ('context' in feature && feature.context === 'position') return `the ${feature.context} is not in the record`;
  return undefined;
}

/**
 * Served values of a slate's items, [items x features.served], from the release and what the online store held.
 * @throws Error when the release lacks an item.
 */
export function recompute(
  slate: LoggedSlate,
  { release, index, features, catalog }: RecomputeInput,
  online: NonNullable<ServedInput['online']>,
): ServedValues {
  const ordinals = slate.items.map((id) => ordinalOf(release, id));
  const seeds = [...new Set(slate.seeds.flatMap((seed) => release.ordinalOf(seed) ?? []))];
  const input = {
    n: ordinals.length,
    ordinals,
    catalog,
    items: release.items,
    sourceScores: sourceScores(slate, seeds, ordinals, release, index),
    online,
    nowMs: slate.issuedAtMs,
    timeZoneMinutes: slate.timeZoneMinutes,
    device: slate.device,
    surface: slate.surface,
    ...(slate.country !== null && { country: slate.country }),
    ...comparedItems({ ...release, features }, ordinals, seeds),
  };
  return servedValues(features, input);
}

function ordinalOf(release: OpenRelease, id: ItemId): Ordinal {
  const ordinal = release.ordinalOf(id);
  if (ordinal === undefined) throw new Error(`the release has no item ${id}`);
  return ordinal;
}

/**
 * What each source says of the items: the release is asked as the edge asked it. Whether an item was proposed follows from that too, and not from the
 * record; only the floor of popular items, which the edge adds when sources find too little, is taken from it.
 */
function sourceScores(
  slate: LoggedSlate,
  seeds: readonly Ordinal[],
  ordinals: readonly Ordinal[],
  release: RecomputeInput['release'],
  index: VectorIndex,
): Partial<Record<SourceName, Float32Array>> {
  const item = slate.item === null ? undefined : release.ordinalOf(slate.item);
  const context = { nowMs: slate.issuedAtMs, seeds, ...(item !== undefined && { item }) };
  const surface = release.manifest.surfaces.find(({ name }) => name === slate.surface);
  const dropped = new Set(slate.degraded.flatMap((text) => /^retrieve\/source-(?:failed|late):(.+)$/.exec(text)?.[1] ?? []));
  const asked = slate.degraded.some((text) => text.startsWith('retrieve/encoder-'))
    ? { ...release, encoder: undefined }
    : release;
  const scores: Partial<Record<SourceName, Float32Array>> = {};
  for (const { source, limit } of surface?.sources ?? []) {
    if (dropped.has(source)) continue;
    const { ordinals: found, scores: values } = retrieveSource(asked, index, source, { ...context, limit });
    const scoreOf = new Map<Ordinal, number>();
    for (const [i, ordinal] of found.entries())
      scoreOf.set(ordinal, Math.max(values[i] as number, scoreOf.get(ordinal) ?? -Infinity));
    scores[source] = Float32Array.from(ordinals, (ordinal) => scoreOf.get(ordinal) ?? Number.NaN);
  }
  return { ...scores, popular: withFloor(scores.popular, slate, ordinals, release) };
}

const popularBit = 1 << sourceNames.indexOf('popular');

function withFloor(
  own: Float32Array | undefined,
  { sources }: LoggedSlate,
  ordinals: readonly Ordinal[],
  { popular }: OpenRelease,
): Float32Array {
  // An item has the same score in every list of the table.
  const scoreOf = (ordinal: Ordinal) => popular.scores[popular.ordinals.indexOf(ordinal)] ?? Number.NaN;
  return Float32Array.from(ordinals, (ordinal, i) => {
    const score = own?.[i] ?? Number.NaN;
    return Number.isNaN(score) && ((sources[i] as number) & popularBit) !== 0 ? scoreOf(ordinal) : score;
  });
}
