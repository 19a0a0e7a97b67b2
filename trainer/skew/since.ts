import type { FeatureSetDocument } from '../../shared/feature/definition.ts';
import { entitiesOf, entityPlan } from '../../shared/feature/entity.ts';
import { type FeatureSet, openFeatureSet } from '../../shared/feature/set.ts';
import type { Database } from '../adapter/duckdb.ts';
import { readFeatureSets } from '../log/feature-sets.ts';
import { hoursOf, hoursSql } from '../log/layout.ts';

/**
 * Since when the online store keeps each feature of a set, by name: what a feature computes is kept from the release on that first has it, and the first
 * slate of such a release is the first that the log knows of it. Infinity for a feature of which there is no slate.
 */
export async function keptSince(database: Database, log: string, set: FeatureSet): Promise<(feature: string) => number> {
  const hours = await hoursOf(log, 'slate');
  const firsts =
    hours.length === 0
      ? []
      : await database.rows<{ hash: string; firstMs: number }>(
          `SELECT "featureHash" AS hash, min("issuedAtMs")::DOUBLE AS "firstMs" FROM ${hoursSql(log, 'slate', hours)} GROUP BY hash`,
        );
  const documents = new Map([...(await readFeatureSets(log)), set.document].map((document) => [document.hash, document]));
  const since = new Map<string, number>();
  for (const { hash, firstMs } of firsts) {
    const document = documents.get(hash);
    for (const key of document ? statesOf(document).values() : [])
      since.set(key, Math.min(firstMs, since.get(key) ?? Number.POSITIVE_INFINITY));
  }
  const own = statesOf(set.document);
  return (feature) => since.get(own.get(feature) ?? '') ?? Number.POSITIVE_INFINITY;
}

/** Name of the state that the store keeps of a feature, by feature. */
function statesOf(document: FeatureSetDocument): ReadonlyMap<string, string> {
  const { edge } = openFeatureSet(document).definitionOf;
  return new Map(
    entitiesOf(edge).flatMap((ref) => {
      const { features, keys } = entityPlan(edge, ref);
      return features.map(({ name }, f) => [name, JSON.stringify([ref, keys[f]])] as const);
    }),
  );
}
