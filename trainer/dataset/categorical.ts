import type { FeatureDefinition } from '../../shared/feature/definition.ts';
import type { FeatureSet } from '../../shared/feature/set.ts';

/** Whether a feature's values name things (a brand, a country) and have no order. */
function isCode(feature: FeatureDefinition): boolean {
  if (feature.transform !== undefined) return false;
  if ('hashBuckets' in feature) return !('bucket' in feature);
  return 'oneOf' in feature || ('context' in feature && (feature.context === 'deviceClass' || feature.context === 'weekday'));
}

/** Columns of a ranker whose values are codes, ascending: trees learn them by target statistics. */
export function categoricalOf(set: FeatureSet, role: 'light' | 'heavy'): number[] {
  const codes = new Set(set.document.definitions.filter(isCode).map(({ name }) => name));
  return set.document[role].flatMap((name, column) => (codes.has(name) ? [column] : []));
}
