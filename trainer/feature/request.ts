import type { AttributeFeature, ContextFeature } from '../../shared/feature/definition.ts';
import type { Dialect } from './dialect.ts';
import { column } from './entity.ts';

/** An attribute of the candidate, `i` in the final select; NULL = missing. */
export function attributeSql(feature: AttributeFeature, dialect: Dialect): string {
  const { list, literal } = dialect;
  if (feature.attribute === 'price') return 'i.price';
  const own = `i.${column(feature.attribute)}`;
  if ('bucket' in feature) {
    const inBucket = (token: string) => `${dialect.modulo(list.hash(token), feature.hashBuckets)} = ${feature.bucket}`;
    return `CASE WHEN ${own} IS NOT NULL THEN ${list.count(list.tokens(own), inBucket)} END`;
  }
  const first = feature.attribute === 'brand' ? own : list.first(own);
  if ('oneOf' in feature) return placeSql(first, feature.oneOf, dialect);
  if ('hashBuckets' in feature)
    return `CASE WHEN ${first} IS NOT NULL THEN ${dialect.modulo(list.hash(first), feature.hashBuckets)} END`;
  const has = feature.attribute === 'brand' ? `${own} = ${literal(feature.has)}` : list.has(own, literal(feature.has));
  return `CASE WHEN ${first} IS NOT NULL THEN CASE WHEN ${has} THEN 1 ELSE 0 END END`;
}

/** 0-based place of a text in a list; NULL when it is not there. */
function placeSql(text: string, values: readonly string[], { literal }: Dialect): string {
  const places = [...new Set(values)].map((value) => `WHEN ${literal(value)} THEN ${values.indexOf(value)}`);
  return `CASE ${text} ${places.join(' ')} END`;
}

const dayMs = 86_400_000;

/** What the query, `q` in the final select, says of its request. */
export function contextSql(feature: ContextFeature, dialect: Dialect): string {
  if ('oneOf' in feature) return placeSql(`q.${column(feature.context)}`, feature.oneOf, dialect);
  if (feature.context === 'position') return 'q.position';
  if (feature.context === 'deviceClass') {
    return "CASE q.device WHEN 'phone' THEN 0 WHEN 'tablet' THEN 1 WHEN 'desktop' THEN 2 END";
  }
  const localMs = `(q.tMs + q.${column('timeZoneMinutes')} * 60000)`;
  const inDay = dialect.modulo(localMs, dayMs);
  // 1970-01-01 was a Thursday.
  return feature.context === 'hour' ? `${inDay} / 3.6e6` : dialect.modulo(`((${localMs} - ${inDay}) / ${dayMs} + 3)`, 7);
}
