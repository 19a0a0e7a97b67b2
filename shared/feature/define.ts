import type { AttributeFeature, FeatureDefinition, UnnamedFeature, ValueRules } from './definition.ts';

/**
 * Features by name: `features: defineFeatures({ clicks: { entity: 'user', aggregate: { kind: 'count' }, events: ['click'], placement: 'device' } })`.
 * A wrong event type, attribute, aggregate, placement or name in a cross does not compile; ranges are checked by createFeatureSet. The order of members is
 * the order of columns.
 */
export const defineFeatures = <const Name extends string>(
  features: Readonly<Record<Name, UnnamedFeature<NoInfer<Name>>>>,
): readonly FeatureDefinition[] =>
  Object.entries<UnnamedFeature>(features).map(([name, feature]): FeatureDefinition => ({ name, ...feature }));

type TextHash = Extract<AttributeFeature, { bucket: number }>;

/** A feature for each bucket of a text's token hashes, named `name` and the bucket's number: `...textHash('title', { name: 'title', hashBuckets: 16 })`. */
export function textHash<Name extends string>(
  attribute: TextHash['attribute'],
  { name, hashBuckets, ...rules }: { readonly name: Name; readonly hashBuckets: number } & ValueRules,
): Record<`${Name}${number}`, TextHash & ValueRules> {
  const features: Record<string, TextHash & ValueRules> = {};
  for (let bucket = 0; bucket < hashBuckets; bucket++)
    features[`${name}${bucket}`] = { entity: 'item', attribute, hashBuckets, bucket, ...rules, placement: 'catalog' };
  return features;
}
