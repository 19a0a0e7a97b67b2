import { canonicalJson } from '../contract/canonical.ts';
import { eventTypes } from '../contract/event.ts';
import { sha256Text } from '../contract/sha256.ts';
import { sourceNames } from '../contract/surface.ts';
import type { AggregateSpec } from './aggregate/spec.ts';
import type { FeatureDefinition, FeatureSetDocument } from './definition.ts';

/** What a feature set is made of. */
export type FeatureSetParts = Pick<FeatureSetDocument, 'definitions' | 'light' | 'heavy'>;

const namePattern = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const maxLast = 200;
const maxDefinitions = 256;

function aggregateFault(spec: AggregateSpec): string | undefined {
  switch (spec.kind) {
    case 'count':
    case 'timeSince':
      return undefined;
    case 'decayedCount':
      return spec.halfLifeSeconds > 0 && Number.isFinite(spec.halfLifeSeconds) ? undefined : 'halfLifeSeconds must be > 0';
    case 'mean':
      return Number.isFinite(spec.prior ?? 0) && (spec.strength ?? 0) >= 0
        ? undefined
        : 'prior must be a number and strength >= 0';
    default:
      return `unknown aggregate ${(spec as { kind: string }).kind}`;
  }
}

const lastFault = (last: number) =>
  Number.isInteger(last) && last >= 1 && last <= maxLast ? undefined : `last must be an integer from 1 to ${maxLast}`;

/** Kinds of the contract that no executor here computes yet. */
function isUnbuilt(feature: FeatureDefinition): boolean {
  const rules = [feature.ttlSeconds, feature.default, 'where' in feature ? feature.where : undefined];
  if (rules.some((rule) => rule !== undefined) || 'cross' in feature || 'dot' in feature) return true;
  if ('attribute' in feature) return feature.attribute !== 'price';
  if ('match' in feature) return feature.match.windowSeconds !== undefined;
  if ('context' in feature) return !['hour', 'weekday', 'deviceClass'].includes(feature.context);
  return 'aggregate' in feature && ['windowSeconds', 'last', 'of'].some((name) => name in feature.aggregate);
}

/** Bounds of memory and cost are here: windows of at most 200 events. */
function faultOf(feature: FeatureDefinition): string | undefined {
  if (!namePattern.test(feature.name)) return 'a name is a letter followed by up to 63 letters, digits or underscores';
  if (isUnbuilt(feature)) return 'this build cannot compute a feature of this kind yet';
  if ('events' in feature) {
    if (feature.events.length === 0) return 'events is empty';
    for (const type of feature.events) if (!eventTypes.includes(type)) return `unknown event type ${type}`;
  }
  if ('aggregate' in feature) return aggregateFault(feature.aggregate);
  if ('match' in feature) return lastFault(feature.match.last);
  if ('priceDistance' in feature) return lastFault(feature.priceDistance.last);
  if ('cosine' in feature) {
    const { decay = 1 } = feature;
    if (!(decay > 0 && decay <= 1)) return 'decay must be in (0, 1]';
    if (feature.transform === 'log1p') return 'a cosine may be negative: no log1p';
    return lastFault(feature.last);
  }
  if ('source' in feature && !sourceNames.includes(feature.source)) return `unknown source ${feature.source}`;
  return undefined;
}

/** Where each kind of feature may be computed; the types say so too, but a definition may come from JSON. */
function placementFault(feature: FeatureDefinition): string | undefined {
  const { entity, placement } = feature as { entity: string; placement: string };
  const allowed =
    entity === 'user' || entity === 'userItem' ? 'device' : 'age' in feature || entity !== 'item' ? 'edge' : 'catalog';
  return placement === allowed ? undefined : `a ${entity} feature of this kind has placement ${allowed}, not ${placement}`;
}

/**
 * Checks definitions and the two column lists and hashes them. Equal parts give equal hashes.
 * @throws Error that names the feature and what is wrong with it.
 */
export function createFeatureSet({ definitions, light, heavy }: FeatureSetParts): FeatureSetDocument {
  if (definitions.length > maxDefinitions) throw new Error(`feature set: more than ${maxDefinitions} definitions`);
  const byName = new Map<string, FeatureDefinition>();
  for (const feature of definitions) {
    const fault = faultOf(feature) ?? placementFault(feature) ?? (byName.has(feature.name) ? 'defined twice' : undefined);
    if (fault) throw new Error(`feature ${feature.name}: ${fault}`);
    byName.set(feature.name, feature);
  }
  for (const [ranker, names] of Object.entries({ light, heavy })) {
    if (names.length === 0) throw new Error(`feature set: the ${ranker} ranker takes no feature`);
    if (new Set(names).size < names.length) throw new Error(`feature set: the ${ranker} ranker takes a feature twice`);
    for (const name of names)
      if (!byName.has(name)) throw new Error(`feature set: the ${ranker} ranker takes ${name}, which is not defined`);
  }
  for (const name of light)
    if (byName.get(name)?.placement === 'device')
      throw new Error(`feature ${name}: a device value never leaves the device, so the light ranker cannot take it`);
  const hash = sha256Text(canonicalJson({ definitions, light, heavy }));
  return { version: 1, hash, definitions, light, heavy };
}
