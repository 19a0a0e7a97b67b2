import { formatTime } from '../result.ts';
import type { FeatureDescription } from './describe.ts';
import type { Ingredients } from './ingredients.ts';
import type { FeatureUse, FeatureUser } from './use.ts';

export interface ListedFeature extends FeatureDescription {
  /** Of the newest event that it counts, in the data set or log that was given. */
  readonly newestEventMs?: number;
  /** Among the releases of the listing. */
  readonly releases: readonly FeatureUse[];
}

/** What `vitrine features` prints. */
export interface Listing {
  /** Of the feature set. */
  readonly hash: string;
  readonly of: 'configuration' | 'release';
  readonly features: readonly ListedFeature[];
  readonly releases: readonly (Omit<FeatureUser, 'features'> & { readonly featureHash: string })[];
  /** The last hour in which the Worker logged events. */
  readonly newestHour?: string;
}

const short = (digest: string): string => digest.slice(0, 12);

/** For a person: the set, the releases, and three lines a feature. */
export function describeListing({ hash, of, features, releases, newestHour }: Listing): string[] {
  return [
    `Feature set ${hash} of the ${of}: ${features.length} features`,
    ...releases.map(
      ({ release, featureHash, arms, throughMs }) =>
        `release ${short(release)}: feature set ${featureHash === hash ? 'the same' : short(featureHash)}, catalogue as of ${formatTime(throughMs)} UTC${arms.length > 0 ? `, ${arms.join(', ')}` : ''}`,
    ),
    ...(newestHour === undefined ? [] : [`newest events: of the hour ${newestHour.replace('T', ' ')}:00 UTC`]),
    ...features.flatMap((feature) => ['', ...describeFeature(feature, releases)]),
  ];
}

function describeFeature(feature: ListedFeature, releases: Listing['releases']): string[] {
  const { name, placement, entity, computes, transform, rankers, usedBy, ttlSeconds, memory, newestEventMs } = feature;
  const missing = feature.default === null ? 'missing: NaN' : `missing: ${feature.default}`;
  const count = memory?.cells ?? memory?.events ?? 0;
  const unit = memory?.cells === undefined ? 'event' : 'cell';
  const state = memory && `memory: ${count} ${unit}${count === 1 ? '' : 's'} per ${memory.per}`;
  const facts = [
    missing,
    ttlSeconds === undefined ? 'no time to live' : `stale after ${ttlSeconds} s`,
    ...(state === undefined ? [] : [state]),
    ...(newestEventMs === undefined ? [] : [`newest event ${formatTime(newestEventMs)} UTC`]),
  ];
  const takers = [...rankers, ...usedBy];
  return [
    `${name}  ${placement}  ${entity}  ${computes}${transform === 'none' ? '' : `, ${transform}`}`,
    `  of ${ingredients(feature.madeOf)}; ${takers.length > 0 ? `for ${takers.join(', ')}` : 'for no ranker'}`,
    `  ${facts.join('; ')}`,
    ...(releases.length === 0 ? [] : [`  ${usesLine(feature.releases, releases.length)}`]),
  ];
}

function ingredients({ events, eventFields, attributes, vectors, sources, context, features }: Ingredients): string {
  const parts = [
    ...(events.length > 0 ? [`${events.join(', ')} events${eventFields.length > 0 ? ` (${eventFields.join(', ')})` : ''}`] : []),
    ...(attributes.length > 0 ? [`the item's ${attributes.join(', ')}`] : []),
    ...(vectors ? ['item vectors'] : []),
    ...sources.map((source) => `the ${source} source`),
    ...context.map((member) => `the request's ${member}`),
    ...(features.length > 0 ? [`the features ${features.join(', ')}`] : []),
  ];
  return parts.join(' and ');
}

function usesLine(uses: readonly FeatureUse[], of: number): string {
  const same = uses.filter(({ same }) => same);
  const other = uses.filter(({ same }) => !same);
  const names = (list: readonly FeatureUse[]) => list.map(({ release }) => short(release)).join(', ');
  return [
    same.length === 0 ? `in none of ${of} releases` : same.length === of ? `in all ${of} releases` : `in ${names(same)}`,
    ...(other.length > 0 ? [`defined otherwise in ${names(other)}`] : []),
  ].join('; ');
}
