import type { ValueRules } from './definition.ts';

/** From raw to what a model sees: the default where it is missing, then the transform. A negative value has no `log1p`: it becomes missing. */
export function finalValue(rules: ValueRules, raw: number): number {
  const value = Number.isNaN(raw) ? (rules.default ?? raw) : raw;
  return rules.transform === 'log1p' ? (value >= 0 ? Math.log1p(value) : Number.NaN) : value;
}
