import type { CrossFeature, ValueRules } from './definition.ts';
import { finalValue } from './final.ts';

/** Final value of a cross of two final values; NaN = missing. */
export function crossValue(feature: CrossFeature & ValueRules, a: number, b: number): number {
  const { cross } = feature;
  // NaN on either side stays NaN.
  return finalValue(feature, cross === 'product' ? a * b : cross === 'difference' ? a - b : b === 0 ? Number.NaN : a / b);
}
