import { canonicalJson } from '../contract/canonical.ts';
import { sha256Text } from '../contract/sha256.ts';
import type { FeatureDefinition } from './definition.ts';

/**
 * Digest of what each feature computes, by name: of its definition, and of those that a cross is made of. Two features of one name and one digest have the same
 * value for the same log and request, whatever the sets that they are in.
 * @param definitions of one set, in its order: a cross comes after what it is made of.
 */
export function definitionHashes(definitions: readonly FeatureDefinition[]): ReadonlyMap<string, string> {
  const hashes = new Map<string, string>();
  for (const definition of definitions) {
    const parts = 'cross' in definition ? definition.of.map((name) => hashes.get(name) ?? null) : [];
    hashes.set(definition.name, sha256Text(canonicalJson({ definition, parts })));
  }
  return hashes;
}
