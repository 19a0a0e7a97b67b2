import type { AggregateFeature, FeatureDefinition, HistoryFeature } from '../../shared/feature/definition.ts';

/** Columns of events and queries that say whose events are meant. */
export type Key = readonly string[];

/** A history feature compares the candidate with all of the visitor's events; an aggregate of user and item is over those on the candidate. */
export function keyOf(feature: AggregateFeature | HistoryFeature): Key {
  if (!('aggregate' in feature)) return ['user'];
  switch (feature.entity) {
    case 'userItem':
      return ['user', 'item'];
    case 'named':
      return [`entities.${feature.key}`];
    default:
      return [feature.entity];
  }
}

/** Column names that are no plain words, or words of SQL, are quoted alike in both engines. */
export const column = (name: string): string => `"${name}"`;

/** Name of a common table expression for this key. */
export const tableName = (prefix: string, key: Key): string => column([prefix, ...key].join('_'));

/** k0, k1 ...: what the columns of a key are called inside the compiled statement. */
export const keyColumns = (key: Key): string[] => key.map((_, i) => `k${i}`);

/** Named entities that these features aggregate over or count. */
export function entityKeysOf(definitions: readonly FeatureDefinition[]): string[] {
  const prefix = 'entities.';
  const keys = definitions.flatMap((feature) => {
    if (!('aggregate' in feature)) return [];
    const { aggregate } = feature;
    const own = feature.entity === 'named' ? [feature.key] : [];
    return aggregate.kind === 'distinct' && aggregate.of.startsWith(prefix) ? [...own, aggregate.of.slice(prefix.length)] : own;
  });
  return [...new Set(keys)];
}
