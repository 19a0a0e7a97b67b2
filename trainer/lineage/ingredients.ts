import type { EventType } from '../../shared/contract/event.ts';
import type { FeatureDefinition, SeedFeature } from '../../shared/feature/definition.ts';

/** What a feature is made of. */
export interface Ingredients {
  /** Types of events. */
  readonly events: readonly EventType[];
  /** Members of those events, beside their time. */
  readonly eventFields: readonly string[];
  /** Attributes of items: of the candidate, and of the items of events. */
  readonly attributes: readonly string[];
  /** Whether the release's item vectors are. */
  readonly vectors: boolean;
  /** Candidate sources whose score it is. */
  readonly sources: readonly string[];
  /** Members of the request. */
  readonly context: readonly string[];
  /** Other features. */
  readonly features: readonly string[];
}

const nothing: Ingredients = {
  events: [],
  eventFields: [],
  attributes: [],
  vectors: false,
  sources: [],
  context: [],
  features: [],
};
const itemAttributes: ReadonlySet<string> = new Set(['price', 'categories', 'brand']);

/** What a feature is made of, from its definition. */
export function ingredientsOf(feature: FeatureDefinition): Ingredients {
  if ('aggregate' in feature) return ofAggregate(feature);
  if ('match' in feature) return { ...nothing, events: feature.events, attributes: [feature.match.attribute] };
  if ('priceDistance' in feature) return { ...nothing, events: feature.events, attributes: ['price'] };
  if ('cosine' in feature || 'dot' in feature) return { ...nothing, events: feature.events, vectors: true };
  if ('attribute' in feature) return { ...nothing, attributes: [feature.attribute] };
  if ('seeds' in feature) return ofSeeds(feature.seeds);
  if ('age' in feature) return { ...nothing, attributes: ['publishedAtMs'] };
  if ('source' in feature) return { ...nothing, sources: [feature.source] };
  if ('context' in feature) return { ...nothing, context: [feature.context] };
  return { ...nothing, features: feature.of };
}

function ofSeeds(seeds: SeedFeature['seeds']): Ingredients {
  const made = { ...nothing, context: ['seeds'] };
  if ('match' in seeds) return { ...made, attributes: [seeds.match] };
  return 'price' in seeds ? { ...made, attributes: ['price'] } : { ...made, vectors: true };
}

function ofAggregate(feature: Extract<FeatureDefinition, { aggregate: unknown }>): Ingredients {
  const { aggregate, where } = feature;
  const isRate = aggregate.kind === 'rate';
  const events = isRate ? [...new Set([...feature.events, ...aggregate.of])] : feature.events;
  const operands = new Set<string>();
  if (['sum', 'mean', 'max', 'min', 'last'].includes(aggregate.kind)) operands.add('value');
  if ('of' in aggregate && typeof aggregate.of === 'string') {
    operands.delete('value');
    operands.add(aggregate.of);
  }
  if (aggregate.kind === 'share') operands.add(aggregate.attribute);
  if (where?.surface !== undefined) operands.add('surface');
  if (where?.minValue !== undefined || where?.maxValue !== undefined) operands.add('value');
  for (const key of keysOf(feature)) operands.add(key);
  const all = [...operands];
  return {
    ...nothing,
    events,
    eventFields: all.filter((name) => !itemAttributes.has(name)),
    attributes: all.filter((name) => itemAttributes.has(name)),
  };
}

/** Members of an event that say whose it is. */
function keysOf(feature: Extract<FeatureDefinition, { aggregate: unknown }>): string[] {
  if (feature.entity === 'named') return [`entities.${feature.key}`];
  return feature.entity === 'userItem' ? ['user', 'item'] : [feature.entity];
}
