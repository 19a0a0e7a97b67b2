/** Items that make a taste, and how much less each older one counts. */
export const tasteItems = 20;
const decay = 0.9;

/** Share of interest per category, summing to 1. Empty: nothing is known of the visitor. */
export type Taste = ReadonlyMap<string, number>;

/**
 * Taste of a visitor (Steck 2018, p(g|u)): each item's mass, decay^rank, is split over its categories.
 * @param items What the visitor showed interest in, each once, newest first; items without a category count nothing.
 */
export function tasteOf(items: readonly { readonly categories: readonly string[] }[]): Taste {
  const mass = new Map<string, number>();
  let total = 0;
  for (const [rank, { categories }] of items.slice(0, tasteItems).entries()) {
    const weight = decay ** rank;
    if (categories.length > 0) total += weight;
    for (const name of categories) mass.set(name, (mass.get(name) ?? 0) + weight / categories.length);
  }
  for (const [name, value] of mass) mass.set(name, value / total);
  return mass;
}
