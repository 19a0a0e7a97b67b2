import type { CategoryAttribute } from '../aggregate/spec.ts';
import type { HistoryItem } from '../history.ts';

const valuesOf = (item: HistoryItem, attribute: CategoryAttribute): readonly string[] =>
  attribute === 'categories' ? item.categories : item.brand === undefined ? [] : [item.brand];

/**
 * Share of the history that has the candidate's attribute values: each event's mass of 1 is split over its item's values, shares are over
 * the events that have any. In [0, 1]; missing when either side has no value.
 */
export function matchOf(attribute: CategoryAttribute, history: readonly HistoryItem[]): (candidate: HistoryItem) => number {
  const mass = new Map<string, number>();
  let total = 0;
  for (const item of history) {
    const values = valuesOf(item, attribute);
    if (values.length > 0) total++;
    for (const value of values) mass.set(value, (mass.get(value) ?? 0) + 1 / values.length);
  }
  return (candidate) => {
    const values = valuesOf(candidate, attribute);
    if (total === 0 || values.length === 0) return Number.NaN;
    let sum = 0;
    // A value that an item names twice is one value.
    for (const [i, value] of values.entries()) if (values.indexOf(value) === i) sum += mass.get(value) ?? 0;
    // Sums of thirds may end a rounding error above 1.
    return Math.min(1, sum / total);
  };
}
