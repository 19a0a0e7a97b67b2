import type { FeatureSetDocument } from '../../shared/feature/definition.ts';
import { definitionHashes } from '../../shared/feature/definition-hash.ts';

/** A release and what it was made with. */
export interface FeatureUser {
  readonly release: string;
  readonly features: FeatureSetDocument;
  /** Its place in the traffic plan, as far as it is known. */
  readonly arms: readonly string[];
  /** Catalogue features are as of this time. */
  readonly throughMs: number;
}

/** How a release stands to a feature. `other`: it has one of the name that computes something else. */
export interface FeatureUse {
  readonly release: string;
  readonly same: boolean;
}

/** Per feature name, the releases that have it. */
export function usesOf(document: FeatureSetDocument, users: readonly FeatureUser[]): ReadonlyMap<string, readonly FeatureUse[]> {
  const own = definitionHashes(document.definitions);
  const theirs = users.map(({ release, features }) => ({ release, hashes: definitionHashes(features.definitions) }));
  return new Map(
    Array.from(own, ([name, hash]) => [
      name,
      theirs.flatMap(({ release, hashes }) => (hashes.has(name) ? [{ release, same: hashes.get(name) === hash }] : [])),
    ]),
  );
}
