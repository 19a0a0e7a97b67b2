import type { AggregateSpec } from '../../shared/feature/aggregate/spec.ts';
import { meanSql, shareSql } from './aggregate.ts';
import type { Dialect } from './dialect.ts';
import { massSql } from './item-attribute.ts';
import type { Recent } from './recent.ts';
import type { Source } from './source.ts';

type Of<Kind extends AggregateSpec['kind']> = Extract<AggregateSpec, { readonly kind: Kind }>;

/** Aggregates over the last events rather than over time. */
export type RecentSpec = Of<'last'> | (Of<'sum' | 'mean' | 'max' | 'min' | 'share'> & { readonly last: number });

export const isRecent = (spec: AggregateSpec): spec is RecentSpec =>
  spec.kind === 'last' || ('last' in spec && spec.last !== undefined);

/** An aggregate over the last events as an expression for `recent.output`; NULL = missing. */
export function recentAggregateSql(
  spec: RecentSpec,
  recent: Recent,
  { dialect, source }: { readonly dialect: Dialect; readonly source: Source },
): string {
  const { grouped } = dialect;
  const inside = recent.inside({ last: spec.kind === 'last' ? spec.nth : spec.last, windowSeconds: spec.windowSeconds });
  if (spec.kind === 'share') {
    const value = recent.operand(massSql(dialect, spec.attribute, spec.value, source.event));
    const known = grouped({ kind: 'count', condition: `${inside} AND ${value} IS NOT NULL` });
    return shareSql(grouped({ kind: 'sum', value, condition: inside }), known);
  }
  const value = recent.operand(source.event(spec.of ?? 'value'));
  switch (spec.kind) {
    case 'last':
      return grouped({ kind: 'max', value, condition: `nth = ${spec.nth} AND ${inside}` });
    case 'mean': {
      const n = grouped({ kind: 'count', condition: `${inside} AND ${value} IS NOT NULL` });
      return meanSql(spec, grouped({ kind: 'sum', value, condition: inside }), n);
    }
    default:
      return grouped({ kind: spec.kind, value, condition: inside });
  }
}
