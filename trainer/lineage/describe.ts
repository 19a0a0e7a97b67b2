import { limit } from '../../shared/contract/limit.ts';
import { maxCells } from '../../shared/feature/aggregate/memory.ts';
import type { EventFilter, FeatureDefinition, FeatureSetDocument, Placement } from '../../shared/feature/definition.ts';
import { definitionHashes } from '../../shared/feature/definition-hash.ts';
import { windowOf } from '../../shared/feature/user.ts';
import { type Ingredients, ingredientsOf } from './ingredients.ts';

export type Ranker = 'light' | 'heavy';

/** A feature as a person, or a catalogue of features, wants to read it. */
export interface FeatureDescription {
  readonly name: string;
  /** Of what it computes: equal in two sets when the feature is the same. */
  readonly hash: string;
  readonly placement: Placement;
  /** item, user, session, userItem, candidate, context, cross, or `named:<key>`. */
  readonly entity: string;
  /** What is computed, in a line: `decayedCount halfLifeSeconds=604800`. */
  readonly computes: string;
  readonly where?: EventFilter;
  readonly windowSeconds?: number;
  /** Of the last events only. */
  readonly last?: number;
  readonly ttlSeconds?: number;
  /** Stands for missing; null: missing stays NaN. */
  readonly default: number | null;
  readonly transform: 'none' | 'log1p';
  readonly madeOf: Ingredients;
  /** Rankers that take it, themselves or in a cross. */
  readonly rankers: readonly Ranker[];
  /** Crosses that are made of it. */
  readonly usedBy: readonly string[];
  readonly memory?: MemoryBound;
}

/** The most that its streaming state holds. */
export interface MemoryBound {
  /** Numbers and texts (aggregate/memory.ts), or events of the visitor's history. */
  readonly cells?: number;
  readonly events?: number;
  /** One such state for each of these. */
  readonly per: string;
}

/** Every feature of a set, in its order. */
export function describeFeatures({ definitions, light, heavy }: FeatureSetDocument): FeatureDescription[] {
  const hashes = definitionHashes(definitions);
  const crossesOf = (name: string) => definitions.filter((other) => 'cross' in other && other.of.includes(name));
  const isTaken = (names: readonly string[], name: string): boolean =>
    names.includes(name) || crossesOf(name).some((cross) => isTaken(names, cross.name));
  return definitions.map((feature) => {
    const { name, placement, ttlSeconds, transform = 'none' } = feature;
    const memory = memoryOf(feature);
    return {
      name,
      hash: hashes.get(name) ?? '',
      placement,
      entity: feature.entity === 'named' ? `named:${feature.key}` : feature.entity,
      computes: computesOf(feature),
      ...('where' in feature && feature.where && { where: feature.where }),
      ...windowPart(feature),
      ...(ttlSeconds !== undefined && { ttlSeconds }),
      default: feature.default ?? null,
      transform,
      madeOf: ingredientsOf(feature),
      rankers: (['light', 'heavy'] as const).filter((ranker) => isTaken(ranker === 'light' ? light : heavy, name)),
      usedBy: crossesOf(name).map((cross) => cross.name),
      ...(memory && { memory }),
    };
  });
}

const parameters = (spec: object): string =>
  Object.entries(spec)
    .map(([name, value]) => `${name}=${Array.isArray(value) ? value.join('|') : String(value)}`)
    .join(' ');
const line = (what: string, spec: object): string => [what, parameters(spec)].filter((part) => part !== '').join(' ');

function computesOf(feature: FeatureDefinition): string {
  if ('aggregate' in feature) {
    const { kind, ...rest } = feature.aggregate;
    return line(kind, rest);
  }
  if ('match' in feature) return line('match', feature.match);
  if ('priceDistance' in feature) return line('priceDistance', feature.priceDistance);
  if ('seeds' in feature) return line('seeds', feature.seeds);
  if ('cross' in feature) return `${feature.cross} of ${feature.of.join(', ')}`;
  if ('age' in feature) return 'age';
  return parameters(Object.fromEntries(Object.entries(feature).filter(([field]) => !commonFields.has(field))));
}

/** Said elsewhere. */
const commonFields: ReadonlySet<string> = new Set([
  'name',
  'entity',
  'placement',
  'events',
  'ttlSeconds',
  'default',
  'transform',
]);

function windowPart(feature: FeatureDefinition): { readonly windowSeconds?: number; readonly last?: number } {
  const window = 'aggregate' in feature ? feature.aggregate : 'seeds' in feature ? feature.seeds : windowOf(feature);
  if (!window) return {};
  return {
    ...('windowSeconds' in window && window.windowSeconds !== undefined && { windowSeconds: window.windowSeconds }),
    ...('last' in window && window.last !== undefined && { last: window.last }),
  };
}

function memoryOf(feature: FeatureDefinition): MemoryBound | undefined {
  if ('aggregate' in feature) {
    const cells = maxCells(feature.aggregate);
    if (feature.entity === 'named') return { cells, per: feature.key };
    if (feature.entity !== 'userItem') return { cells, per: feature.entity };
    return {
      cells,
      per: feature.placement === 'device' ? `item, of the visitor's last ${limit.historyEvents}` : 'user and item',
    };
  }
  const window = windowOf(feature);
  // History is pruned at twice the sum of its windows.
  return window && { events: 2 * window.last, per: 'user' };
}
