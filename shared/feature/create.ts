import { canonicalJson } from '../contract/canonical.ts';
import { sha256Text } from '../contract/sha256.ts';
import type { CrossFeature, FeatureDefinition, FeatureSetDocument } from './definition.ts';
import { definitionFaults } from './fault.ts';

/** What a feature set is made of. */
export type FeatureSetParts = Pick<FeatureSetDocument, 'definitions' | 'light' | 'heavy'>;

const maxDefinitions = 256;

function crossFaults(feature: CrossFeature, before: ReadonlyMap<string, FeatureDefinition>): string[] {
  const unknown = feature.of.filter((name) => !before.has(name)).map((name) => `${name} is not defined before it`);
  if (unknown.length > 0) return unknown;
  const isDevice = feature.of.some((name) => before.get(name)?.placement === 'device');
  const placement = isDevice ? 'device' : 'edge';
  return feature.placement === placement
    ? []
    : [`placement must be ${placement}, as of what it is made of, not ${feature.placement}`];
}

function rankerFaults(ranker: string, names: readonly string[], defined: ReadonlyMap<string, FeatureDefinition>): string[] {
  if (names.length === 0) return [`feature set: the ${ranker} ranker takes no feature`];
  const faults = names
    .filter((name) => !defined.has(name))
    .map((name) => `feature set: the ${ranker} ranker takes ${name}, which is not defined`);
  if (new Set(names).size < names.length) faults.push(`feature set: the ${ranker} ranker takes a feature twice`);
  return faults;
}

/** Everything that is wrong with a feature set, a line each. */
function setFaults({ definitions, light, heavy }: FeatureSetParts): string[] {
  if (definitions.length > maxDefinitions) return [`feature set: more than ${maxDefinitions} definitions`];
  const defined = new Map<string, FeatureDefinition>();
  const faults: string[] = [];
  for (const feature of definitions) {
    const own = definitionFaults({ ...feature });
    if (defined.has(feature.name)) own.push('defined twice');
    if (own.length === 0 && 'cross' in feature) own.push(...crossFaults(feature, defined));
    faults.push(...own.map((fault) => `feature ${feature.name}: ${fault}`));
    defined.set(feature.name, feature);
  }
  faults.push(...rankerFaults('light', light, defined), ...rankerFaults('heavy', heavy, defined));
  for (const name of light)
    if (defined.get(name)?.placement === 'device')
      faults.push(`feature ${name}: a device value never leaves the device, so the light ranker cannot take it`);
  return faults;
}

/**
 * Checks definitions and the two column lists and hashes them. Equal parts give equal hashes.
 * @throws Error that lists all that is wrong, a line for each fault, with the feature's name.
 */
export function createFeatureSet(parts: FeatureSetParts): FeatureSetDocument {
  const faults = setFaults(parts);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const { definitions, light, heavy } = parts;
  return { version: 1, hash: featureSetHash(parts), definitions, light, heavy };
}

/** The content hash of a set: of its definitions, their order and both column lists. */
export const featureSetHash = ({ definitions, light, heavy }: FeatureSetParts): string =>
  sha256Text(canonicalJson({ definitions, light, heavy }));
