import { attributeValues } from '../aggregate/operand.ts';
import type { CategoryAttribute } from '../aggregate/spec.ts';
import type { HistoryItem } from '../history.ts';

/**
 * Share of the history that has the candidate's attribute values: each event's mass of 1 is split over its item's different values, shares are over
 * the events that have any. In [0, 1]; missing when either side has no value.
 */
export function matchOf(attribute: CategoryAttribute, history: readonly HistoryItem[]): (candidate: HistoryItem) => number {
  const mass = new Map<string, number>();
  let total = 0;
  for (const item of history) {
    const values = attributeValues(item, attribute);
    if (values.length > 0) total++;
    for (const value of values) mass.set(value, (mass.get(value) ?? 0) + 1 / values.length);
  }
  return (candidate) => {
    const values = attributeValues(candidate, attribute);
    if (total === 0 || values.length === 0) return Number.NaN;
    let sum = 0;
    for (const value of values) sum += mass.get(value) ?? 0;
    // Sums of thirds may end a rounding error above 1.
    return Math.min(1, sum / total);
  };
}
