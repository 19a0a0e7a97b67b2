import type { CrossFeature, FeatureDefinition } from '../../shared/feature/definition.ts';
import type { CrossDefinition } from '../../shared/feature/set.ts';
import type { Dialect } from './dialect.ts';

/** Crosses by depth: those of a level are made of features of lower levels. */
export function crossLevels(definitions: readonly FeatureDefinition[]): CrossDefinition[][] {
  const depth = new Map<string, number>();
  const levels: CrossDefinition[][] = [];
  for (const feature of definitions) {
    if (!('cross' in feature)) continue;
    const level = Math.max(...feature.of.map((name) => depth.get(name) ?? 0));
    depth.set(feature.name, level + 1);
    levels[level] = [...(levels[level] ?? []), feature];
  }
  return levels;
}

const operators = { product: '*', difference: '-', ratio: '/' } as const;

/** A cross of two columns of final values, which are float32, in double precision. */
export function crossSql({ cross }: CrossFeature, [left, right]: readonly [string, string], dialect: Dialect): string {
  const operand = (column: string) => dialect.finite(dialect.double(column));
  const divisor = cross === 'ratio' ? `nullif(${operand(right)}, 0)` : operand(right);
  return `${operand(left)} ${operators[cross]} ${divisor}`;
}
