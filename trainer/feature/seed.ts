import type { SeedFeature } from '../../shared/feature/definition.ts';
import { numbered } from './axis.ts';
import type { Dialect } from './dialect.ts';
import { column } from './entity.ts';
import { cosineSql, matchSql, priceDistanceSql, productSql } from './history.ts';
import type { RecentTable } from './recent.ts';
import type { Statement } from './statement.ts';

/** The seeds of each query that the catalogue knows, newest first: rows (query, nth, operands), as those of the last events are (recent.ts). */
export function createSeeds(dialect: Dialect): RecentTable {
  const operands = numbered('x');
  const candidates = numbered('y');
  const outputs = new Map<string, string>();
  return {
    table: 'seeds',
    result: 'of_seeds',
    inside: ({ last }) => `nth <= ${last}`,
    operand: (expression) => operands.name(expression),
    candidate: (expression) => candidates.name(expression),
    output(name, expression) {
      outputs.set(name, expression);
    },
    expressions() {
      const { places, at } = dialect.list;
      const values = [...operands.entries, ...candidates.entries].map(([expression, name]) => `${expression} AS ${name}`);
      const result = [...outputs].map(([name, expression]) => `${expression} AS ${column(name)}`);
      const nth = 'row_number() OVER (PARTITION BY g.query ORDER BY g.place)';
      return [
        `given AS (SELECT query, place, ${at('list', 'place')} AS item FROM (SELECT id AS query, seeds AS list, ${places('seeds')} AS place FROM queries) AS listed)`,
        `seeds AS (SELECT ${['g.query AS query', `${dialect.integer(nth)} AS nth`, ...values].join(', ')} FROM given AS g
          JOIN items AS s ON s.id = g.item JOIN queries AS own ON own.id = g.query LEFT JOIN items AS c ON c.id = own.item)`,
        `of_seeds AS (SELECT ${['query', ...result].join(', ')} FROM seeds GROUP BY query)`,
      ];
    },
  };
}

/** A comparison of the candidate, `i` in the final select, with the request's seeds; NULL = missing. */
export function seedSql({ seeds: spec }: SeedFeature, name: string, statement: Statement): string {
  const own = (attribute: string) => (attribute === 'item' ? 's.id' : `s.${column(attribute)}`);
  const input = { ...statement, recent: statement.seeds(), own, name };
  if ('match' in spec) return matchSql({ attribute: spec.match, last: spec.last }, input);
  if ('price' in spec) return priceDistanceSql(spec.last, input);
  return 'dot' in spec ? productSql(spec.dot, spec, input) : cosineSql(spec.cosine, spec, input);
}
