import type { AggregateFeature, FeatureDefinition, ValueRules } from '../../shared/feature/definition.ts';
import { aggregateSql } from './aggregate.ts';
import type { Dialect } from './dialect.ts';
import { column, keyOf } from './entity.ts';
import { historySql } from './history.ts';
import { real } from './number.ts';
import { isRecent, recentAggregateSql } from './recent-aggregate.ts';
import { attributeSql, contextSql } from './request.ts';
import { seedSql } from './seed.ts';
import type { Statement } from './statement.ts';

/** Seconds; DuckDB's greatest passes over NULL. */
const ageSql = `CASE WHEN i.${column('publishedAtMs')} IS NOT NULL THEN greatest(0, q.tMs - i.${column('publishedAtMs')}) / 1e3 END`;

/**
 * A feature's raw value in the final select, where `q` is the query and `i` its item; NULL = missing.
 * @param name of the feature's columns in the tables that it asks the statement for.
 */
export function rawSql(feature: FeatureDefinition, name: string, statement: Statement): string {
  const { dialect } = statement;
  if ('aggregate' in feature) return freshSql(feature, name, statement);
  if ('match' in feature || 'priceDistance' in feature || 'cosine' in feature || 'dot' in feature)
    return historySql(feature, name, statement);
  if ('seeds' in feature) return seedSql(feature, name, statement);
  if ('attribute' in feature) return attributeSql(feature, dialect);
  if ('age' in feature) return ageSql;
  if ('source' in feature) return `q.${column(`sources.${feature.source}`)}`;
  if ('context' in feature) return contextSql(feature, dialect);
  throw new TypeError(`feature ${feature.name}: no SQL for its kind`);
}

function countedSql(feature: AggregateFeature, name: string, { dialect, source, axisOf, recentOf }: Statement): string {
  const { aggregate, events, where } = feature;
  const key = keyOf(feature);
  const condition = source.matches(events, where);
  if (isRecent(aggregate)) {
    const recent = recentOf(key, condition);
    recent.output(name, recentAggregateSql(aggregate, recent, { dialect, source }));
    const value = `${recent.result}.${column(name)}`;
    // A visitor without any such event has no row.
    return aggregate.kind === 'sum' ? `coalesce(${value}, 0)` : value;
  }
  const axis = axisOf(key, aggregate.kind === 'distinct' && aggregate.of === 'categories' ? 'categories' : undefined);
  const numerator = aggregate.kind === 'rate' ? { numerator: axis.filter(source.matches(aggregate.of, where)) } : {};
  axis.output(
    name,
    aggregateSql(aggregate, { dialect, axis, condition, filter: axis.filter(condition), event: source.event, ...numerator }),
  );
  return `${axis.table}.${column(name)}`;
}

/** The aggregate's value, missing where the newest event that passed its filter is older than its time to live. */
function freshSql(feature: AggregateFeature & ValueRules, name: string, statement: Statement): string {
  const value = countedSql(feature, name, statement);
  if (feature.ttlSeconds === undefined) return value;
  const { source, axisOf } = statement;
  const { aggregate, events, where } = feature;
  const axis = axisOf(keyOf(feature));
  const types = aggregate.kind === 'rate' ? [...new Set([...events, ...aggregate.of])] : events;
  const condition = axis.filter(source.matches(types, where));
  const newest = axis.window({ kind: 'max', value: 'tMs', condition }, { kind: 'all' });
  const fresh = `${name}_fresh`;
  // Without events nothing is stale.
  axis.output(fresh, `coalesce(tMs - ${newest} <= ${real(feature.ttlSeconds * 1000)}, true)`);
  return `CASE WHEN ${axis.table}.${column(fresh)} THEN ${value} END`;
}

/** From raw to final: the default where it is missing, then the transform, then float32, in which missing is NaN. */
export function finalSql(rules: ValueRules, raw: string, dialect: Dialect): string {
  const value = dialect.finite(dialect.double(raw));
  const known = rules.default === undefined ? value : `coalesce(${value}, ${real(rules.default)})`;
  return dialect.float32(rules.transform === 'log1p' ? `CASE WHEN ${known} >= 0 THEN ${dialect.log1p(known)} END` : known);
}
