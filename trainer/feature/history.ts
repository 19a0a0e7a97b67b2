import type { HistoryFeature } from '../../shared/feature/definition.ts';
import { column, keyOf } from './entity.ts';
import { real } from './number.ts';
import type { RecentTable } from './recent.ts';
import type { Statement } from './statement.ts';

export interface HistoryInput extends Pick<Statement, 'dialect' | 'vectorDim' | 'define' | 'join'> {
  /** Of the visitor's last events, or of the request's seeds. */
  readonly recent: Omit<RecentTable, 'expressions'>;
  /** An attribute of the item of such a row, or its id as `item`, as an operand is made of it. */
  own(attribute: string): string;
  /** Of the feature's columns and tables. */
  readonly name: string;
}

/** A comparison of the candidate, `i` in the final select, with the visitor's history; NULL = missing. */
export function historySql(feature: HistoryFeature, name: string, statement: Statement): string {
  const recent = statement.recentOf(keyOf(feature), statement.source.matches(feature.events));
  const input = { ...statement, recent, own: statement.source.event, name };
  if ('match' in feature) return matchSql(feature.match, input);
  if ('priceDistance' in feature) return priceDistanceSql(feature.priceDistance.last, input);
  return 'dot' in feature ? productSql(feature.dot, feature, input) : cosineSql(feature.cosine, feature, input);
}

/** Cosine of the candidate's vector with the rows': see shared/feature/user-item/similarity.ts. */
export function cosineSql(...[kind, window, input]: Parameters<typeof productSql>): string {
  const product = productSql(kind, window, input);
  const length = `sqrt(${input.dialect.list.dot('i.vector', 'i.vector')})`;
  // DuckDB's least and greatest pass over NULL.
  return `CASE WHEN ${product} IS NOT NULL THEN greatest(-1e0, least(1e0, ${product} / ${length})) END`;
}

/** See shared/feature/user-item/match.ts: each row's mass is split over its item's different values; shares are over the rows that have any. */
export function matchSql(
  {
    attribute,
    ...window
  }: { readonly attribute: 'categories' | 'brand'; readonly last: number; readonly windowSeconds?: number },
  { dialect, recent, own: attributeOf, name }: HistoryInput,
): string {
  const { list } = dialect;
  const inside = recent.inside(window);
  // A list of values, or one value.
  const of = (own: string) => (attribute === 'brand' ? own : list.distinct(own));
  const has = (own: string) => (attribute === 'brand' ? `${own} IS NOT NULL` : `${list.length(own)} > 0`);
  const theirs = recent.operand(of(attributeOf(attribute)));
  const wanted = recent.candidate(of(`c.${column(attribute)}`));
  const mass =
    attribute === 'brand'
      ? `CASE WHEN ${theirs} = ${wanted} THEN 1e0 ELSE 0e0 END`
      : `${dialect.double(list.common(theirs, wanted))} / ${list.length(theirs)}`;
  const condition = `${inside} AND ${has(theirs)}`;
  const total = dialect.grouped({ kind: 'count', condition });
  // Sums of thirds may end a rounding error above 1.
  recent.output(
    name,
    `CASE WHEN ${total} > 0 THEN least(1e0, ${dialect.grouped({ kind: 'sum', value: mass, condition })} / ${total}) END`,
  );
  return `CASE WHEN ${has(`i.${column(attribute)}`)} THEN ${recent.result}.${column(name)} END`;
}

export function priceDistanceSql(last: number, { dialect, recent, own, name }: HistoryInput): string {
  const price = recent.operand(`CASE WHEN ${own('price')} > 0 THEN ln(${own('price')}) END`);
  const condition = recent.inside({ last });
  const sum = dialect.grouped({ kind: 'sum', value: price, condition });
  recent.output(name, `${sum} / ${dialect.grouped({ kind: 'count', condition: `${condition} AND ${price} IS NOT NULL` })}`);
  // A division of NULL by 0 is NULL in both engines.
  return `CASE WHEN i.price > 0 THEN abs(ln(i.price) - ${recent.result}.${column(name)}) END`;
}

/** Inner product of the candidate's vector with the unit vectors of the rows: see shared/feature/user-item. */
export function productSql(
  kind: 'last' | 'mean' | 'max',
  { last, decay = 1 }: { readonly last: number; readonly decay?: number },
  { dialect, recent, own, name, join, define, vectorDim }: HistoryInput,
): string {
  const { dot, unit } = dialect.list;
  define('unit', `SELECT id AS item, ${unit('vector')} AS unit FROM items WHERE ${dot('vector', 'vector')} > 0`);
  const item = recent.operand(own('item'));
  const rows = `FROM ${recent.table} AS r JOIN unit AS h ON h.item = r.${item} JOIN queries AS q ON q.id = r.query
    JOIN items AS c ON c.id = q.item WHERE ${recent.inside({ last })} AND ${dot('c.vector', 'c.vector')} > 0`;
  const result = `${column(name)}.product`;
  if (kind === 'mean') {
    if (vectorDim === undefined) throw new RangeError('a mean of vectors needs their dimension');
    const weight = `pow(${real(decay)}, nth - 1)`;
    const sums = Array.from({ length: vectorDim }, (_, d) => `sum(${weight} * h.unit[${d + 1}])`);
    join(
      name,
      `SELECT m.query AS query, ${dot('c.vector', 'm.mean')} / sqrt(${dot('m.mean', 'm.mean')}) AS product FROM
        (SELECT r.query AS query, ${dialect.list.literal(sums)} AS mean ${rows} GROUP BY r.query) AS m
        JOIN queries AS q ON q.id = m.query JOIN items AS c ON c.id = q.item WHERE ${dot('m.mean', 'm.mean')} > 0`,
    );
    return result;
  }
  const product = dot('c.vector', 'h.unit');
  join(
    name,
    `SELECT r.query AS query, ${kind === 'max' ? `max(${product})` : dialect.atLeast(product, 'nth')} AS product ${rows} GROUP BY r.query`,
  );
  return result;
}
