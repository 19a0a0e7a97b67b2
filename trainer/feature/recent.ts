import { maxLast, windowBuckets } from '../../shared/feature/aggregate/spec.ts';
import { type Axis, numbered } from './axis.ts';
import type { Dialect } from './dialect.ts';
import { column, type Key, keyColumns } from './entity.ts';
import type { Source } from './source.ts';

/** Which of the last events count. */
export interface RecentWindow {
  readonly last: number;
  readonly windowSeconds?: number | undefined;
}

/**
 * The last events of an entity that pass one filter, newest first: rows (query, nth, operands). All features of the filter share them.
 *
 * Events are numbered by (tMs, id); a query knows how many came before it, n, so its last k are the numbers n - k + 1 to n. Numbers are cut into
 * blocks of k, so that a query meets the events of two blocks at most, however many its entity has: 2k rows for each query, of which k stay.
 */
export interface Recent {
  /** Rows (query, nth, ...) as a common table expression. */
  readonly table: string;
  /** Condition on those rows. */
  inside(window: RecentWindow): string;
  /** An operand column of the rows. Returns its name. */
  operand(expression: string): string;
  /** A column of the rows from the query's candidate: an expression over its item, `c`. Returns its name. */
  candidate(expression: string): string;
  /** An aggregate over the rows of a query. */
  output(name: string, expression: string): void;
}

export interface RecentTable extends Recent {
  /** Result: `query` and one column per output. Queries without any such event are not in it. */
  readonly result: string;
  expressions(): string[];
}

export interface RecentInput {
  readonly dialect: Dialect;
  readonly source: Source;
  readonly axis: Axis & { readonly table: string };
  readonly key: Key;
  readonly condition: string;
  /** Number of this table in the statement. */
  readonly index: number;
}

export function createRecent({ dialect, source, axis, key, condition, index }: RecentInput): RecentTable {
  const operands = numbered('x');
  const candidates = numbered('y');
  const outputs = new Map<string, string>();
  const names = keyColumns(key);
  const count = `n${index}`;
  let longest = 1;
  axis.output(count, axis.window({ kind: 'count', condition: axis.filter(condition) }, { kind: 'all' }));
  axis.output('t', 'tMs');
  for (const name of names) axis.output(name, name);
  return {
    table: `recent${index}`,
    result: `of_recent${index}`,
    inside({ last, windowSeconds }) {
      if (!(last >= 1 && last <= maxLast)) throw new RangeError(`last ${last} is not from 1 to ${maxLast}`);
      longest = Math.max(longest, last);
      if (windowSeconds === undefined) return `nth <= ${last}`;
      const bucketMs = (windowSeconds * 1000) / windowBuckets;
      // floor(tMs / w) > floor(t / w) - 50, without a division.
      const startMs = `t - ${dialect.modulo('t', bucketMs)} - ${(windowBuckets - 1) * bucketMs}`;
      return `nth <= ${last} AND tMs >= ${startMs}`;
    },
    operand: (expression) => operands.name(expression),
    candidate: (expression) => candidates.name(expression),
    output(name, expression) {
      outputs.set(name, expression);
    },
    expressions() {
      const keys = key.map((name, i) => `${source.event(name)} AS ${names[i]}`);
      const present = key.map((name) => `${source.event(name)} IS NOT NULL`).join(' AND ');
      const values = [...operands.entries].map(([expression, name]) => `${expression} AS ${name}`);
      const order = `row_number() OVER (PARTITION BY ${names.join(', ')} ORDER BY tMs, coalesce(id, ''), seq)`;
      const numberedEvents = `SELECT *, ${dialect.divide('r - 1', longest)} AS block FROM (
        SELECT *, ${dialect.integer(order)} AS r FROM (SELECT ${[...keys, 'tMs', 'id', 'seq', ...values].join(', ')} FROM log WHERE ${present} AND ${condition}) AS own) AS ordered`;
      const asked = (back: number) =>
        `SELECT query, t, ${names.join(', ')}, ${count} AS n, ${dialect.divide(`${count} - 1`, longest)} - ${back} AS block FROM ${axis.table} WHERE ${count} > ${back * longest}`;
      const same = [...names, 'block'].map((name) => `q.${name} = e.${name}`).join(' AND ');
      const wanted = [...candidates.entries].map(([expression, name]) => `${expression} AS ${name}`);
      const own =
        wanted.length > 0 ? ' LEFT JOIN queries AS own ON own.id = q.query LEFT JOIN items AS c ON c.id = own.item' : '';
      const columns = [
        'q.query AS query',
        'q.t AS t',
        'e.tMs AS tMs',
        'q.n - e.r + 1 AS nth',
        ...[...operands.entries.values()].map((name) => `e.${name} AS ${name}`),
        ...[...candidates.entries.values()].map((name) => `q.${name} AS ${name}`),
      ];
      const result = [...outputs].map(([name, expression]) => `${expression} AS ${column(name)}`);
      return [
        `numbered${index} AS (${numberedEvents})`,
        `asked${index} AS (SELECT ${['q.*', ...wanted].join(', ')} FROM (${asked(0)} UNION ALL ${asked(1)}) AS q${own})`,
        `recent${index} AS (SELECT ${columns.join(', ')} FROM asked${index} AS q JOIN numbered${index} AS e ON ${same} WHERE e.r <= q.n AND e.r > q.n - ${longest})`,
        `of_recent${index} AS (SELECT ${['query', ...result].join(', ')} FROM recent${index} GROUP BY query)`,
      ];
    },
  };
}
