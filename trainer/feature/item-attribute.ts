import type { CategoryAttribute } from '../../shared/feature/aggregate/spec.ts';
import type { Dialect } from './dialect.ts';

/** An item's mass on one value of an attribute: 1 split equally over its different values; NULL when it has none. */
export function massSql(
  dialect: Dialect,
  attribute: CategoryAttribute,
  value: string,
  columnOf: (name: string) => string,
): string {
  const own = columnOf(attribute);
  const wanted = dialect.literal(value);
  if (attribute === 'brand') return `CASE WHEN ${own} IS NOT NULL THEN CASE WHEN ${own} = ${wanted} THEN 1e0 ELSE 0e0 END END`;
  const values = dialect.list.length(dialect.list.distinct(own));
  return `CASE WHEN ${values} > 0 THEN CASE WHEN ${dialect.list.has(own, wanted)} THEN 1e0 / ${values} ELSE 0e0 END END`;
}
