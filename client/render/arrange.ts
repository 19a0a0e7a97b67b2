/**
 * The order to show: positions in `frozen` keep what they show, the others are filled from `wanted`, best first, without repeating.
 *
 * @param count positions on screen
 * @param wanted candidate indices, best first, distinct
 * @param frozen position -> candidate index that must stay there; distinct values
 * @returns `count` candidate indices by position; -1 where there are not enough
 */
export function arrange(count: number, wanted: readonly number[], frozen: ReadonlyMap<number, number>): number[] {
  const kept = new Set(frozen.values());
  const free = wanted.filter((index) => !kept.has(index));
  const order: number[] = [];
  for (let position = 0, next = 0; position < count; position++) {
    order.push(frozen.get(position) ?? free[next++] ?? -1);
  }
  return order;
}
