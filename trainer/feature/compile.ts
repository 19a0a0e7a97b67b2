import type { FeatureDefinition } from '../../shared/feature/definition.ts';
import { crossLevels, crossSql } from './cross.ts';
import type { Dialect } from './dialect.ts';
import { column } from './entity.ts';
import { type CompileOptions, createStatement } from './statement.ts';
import { finalSql, rawSql } from './value.ts';

export interface CompiledFeatures {
  /**
   * One statement. Reads, as of each query's `tMs`:
   *  - `events`: id, seq (order of arrival), type, tMs, item, user, session, surface, value, quantity, "entities.<key>";
   *  - `items`: id, categories, brand, price, publishedAtMs, title, text, vector;
   *  - `queries`: id, tMs, item, user, session, surface, position, country, device, timeZoneMinutes, seeds (list of items), "entities.<key>", "sources.<source>".
   *
   * Of these only what the features need, and always id, seq, type and tMs. Times are integers in ms, `queries.id` an integer, keys texts or integers.
   * Rows: the query's id, then one float32 column per feature, named by it, in definition order; missing is NaN. In no particular order.
   */
  readonly sql: string;
  readonly columns: readonly string[];
}

/**
 * Features as point-in-time SQL: a value is made of events strictly before its query's time and read at that time. The semantics are those of
 * shared/feature/aggregate/spec.ts and definition.ts. SQL forgets nothing: a device
 * knows the events that kept.ts says and no others, and a streaming state recognises a duplicate among the last recentIds ids of its entity.
 * @throws RangeError or TypeError for what the dialect cannot do.
 */
export function compileFeatures(
  definitions: readonly FeatureDefinition[],
  dialect: Dialect,
  options: CompileOptions = {},
): CompiledFeatures {
  const statement = createStatement(dialect, options);
  const columns = definitions.map(({ name }) => name);
  const internal = (name: string) => `f${columns.indexOf(name)}`;

  const values = definitions.flatMap((feature) => {
    if ('cross' in feature) return [];
    const name = internal(feature.name);
    return [`${finalSql(feature, rawSql(feature, name, statement), dialect)} AS ${name}`];
  });
  const readsItem = definitions.some(
    (feature) => 'attribute' in feature || 'age' in feature || 'seeds' in feature || feature.entity === 'userItem',
  );
  const tables = [
    'queries AS q',
    ...(readsItem ? ['LEFT JOIN items AS i ON i.id = q.item'] : []),
    ...statement.joined().map((table) => `LEFT JOIN ${table} ON ${table}.query = q.id`),
  ];
  let rows = `SELECT ${['q.id AS query', ...values].join(',\n  ')}\nFROM ${tables.join('\n  ')}`;
  for (const crosses of crossLevels(definitions)) {
    const made = crosses.map((feature) => {
      const [left, right] = feature.of;
      return `${finalSql(feature, crossSql(feature, [internal(left), internal(right)], dialect), dialect)} AS ${internal(feature.name)}`;
    });
    rows = `SELECT *, ${made.join(', ')} FROM (${rows}) AS features`;
  }
  const expressions = statement.expressions();
  const head = expressions.length > 0 ? `WITH ${expressions.join(',\n')}\n` : '';
  const named = columns.map((name) => `${internal(name)} AS ${column(name)}`);
  return { sql: `${head}SELECT ${['query', ...named].join(', ')} FROM (${rows}) AS result${dialect.settings}`, columns };
}
