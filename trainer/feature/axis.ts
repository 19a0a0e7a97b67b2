import type { Call, Dialect, TimeWindow } from './dialect.ts';
import { column, type Key, keyColumns, tableName } from './entity.ts';
import type { Source } from './source.ts';

/**
 * Events and queries of one entity in one order of time: the window functions of all features of the entity share its sort, and a query's row sees
 * the events strictly before it. `moment` puts a query before the events of its time.
 */
export interface Axis {
  /** A column that says of an event whether it counts. Returns its name. */
  filter(condition: string): string;
  /** An expression over the event, NULL for queries. Returns the name of its column. */
  operand(expression: string): string;
  /** A column that says of an event whether it is the first of its entity with this value that meets the condition. Returns its name. */
  first(value: string, condition: string): string;
  /** Of the events before the query. Returns an expression for `output`. */
  window(call: Call, window: TimeWindow): string;
  /** A column of the axis' result; the expression is made of windows, `tMs` and the key's columns. */
  output(name: string, expression: string): void;
}

export interface AxisTable extends Axis {
  readonly table: string;
  /** Common table expressions: the result has `query` and one column per output. */
  expressions(): string[];
}

/** Registers an expression once under a numbered name. */
export function numbered(prefix: string): { readonly entries: ReadonlyMap<string, string>; name(expression: string): string } {
  const entries = new Map<string, string>();
  return {
    entries,
    name(expression) {
      const name = entries.get(expression) ?? `${prefix}${entries.size}`;
      entries.set(expression, name);
      return name;
    },
  };
}

const select = (columns: readonly string[]) => `SELECT ${columns.join(', ')}`;

/** @param explode names an axis of its own for an operand that makes several rows of an event. */
export function createAxis(dialect: Dialect, source: Source, key: Key, explode?: string): AxisTable {
  const filters = numbered('m');
  const operands = numbered('x');
  const windows = numbered('w');
  const outputs = new Map<string, string>();
  const table = tableName(explode ? `as_of_${explode}` : 'as_of', key);
  const names = keyColumns(key);
  return {
    table,
    filter: (condition) => filters.name(condition),
    operand: (expression) => operands.name(expression),
    first(value, condition) {
      const own = key.map(source.event).join(', ');
      const place = `row_number() OVER (PARTITION BY ${own}, ${condition}, ${value} ORDER BY tMs)`;
      return operands.name(`(${condition}) AND ${value} IS NOT NULL AND ${place} = 1`);
    },
    window: (call, window) => windows.name(dialect.before(call, names.join(', '), window)),
    output(name, expression) {
      outputs.set(name, expression);
    },
    expressions() {
      const queries = [
        'id AS query',
        ...key.map((name, i) => `${column(name)} AS k${i}`),
        'tMs',
        '2 * tMs AS moment',
        ...[...filters.entries.values()].map((name) => `false AS ${name}`),
        ...[...operands.entries.values()].map((name) => `NULL AS ${name}`),
      ];
      const events = [
        'NULL AS query',
        ...key.map((name, i) => `${source.event(name)} AS k${i}`),
        'tMs',
        '2 * tMs + 1 AS moment',
        ...[...filters.entries].map(([condition, name]) => `coalesce(${condition}, false) AS ${name}`),
        ...[...operands.entries].map(([value, name]) => `${value} AS ${name}`),
      ];
      const counted = [...filters.entries.keys()].map((condition) => `(${condition})`).join(' OR ');
      const present = key.map((name) => `${source.event(name)} IS NOT NULL`).join(' AND ');
      const rows = `${select(queries)} FROM queries UNION ALL ${select(events)} FROM log WHERE ${present} AND (${counted})`;
      const windowed = [...windows.entries].map(([expression, name]) => `${expression} AS ${name}`);
      const inner = `${select(['query', 'tMs', ...names, ...windowed])} FROM (${rows}) AS axis`;
      const result = [...outputs].map(([name, expression]) => `${expression} AS ${column(name)}`);
      return [`${table} AS (${select(['query', ...result])} FROM (${inner}) AS windowed WHERE query IS NOT NULL)`];
    },
  };
}
