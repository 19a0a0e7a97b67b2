import type { PolicyItem } from '../rule.ts';

/**
 * At most floor(share x count), and at least one, of the first `count` items have one leading category; items without a category are free.
 * Unlike the other rules it judges a list, greedily from its start: an item over the cap waits. When fewer than `count` fit, the cap gives way:
 * the items that waited longest (the best) follow, rather than leaving places empty.
 * @returns `chosen`, at most `count`, and `waiting`, both in order.
 */
export function capCategories<Entry extends { readonly item: PolicyItem }>(
  entries: readonly Entry[],
  count: number,
  share: number,
): { readonly chosen: readonly Entry[]; readonly waiting: readonly Entry[] } {
  const cap = share >= 1 ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(share * count));
  const held = new Map<string, number>();
  const chosen: Entry[] = [];
  const waiting: Entry[] = [];
  for (const entry of entries) {
    const category = entry.item.categories[0];
    const n = category === undefined ? 0 : (held.get(category) ?? 0);
    if (chosen.length >= count || n >= cap) {
      waiting.push(entry);
      continue;
    }
    if (category !== undefined) held.set(category, n + 1);
    chosen.push(entry);
  }
  const room = count - chosen.length;
  return { chosen: [...chosen, ...waiting.slice(0, room)], waiting: waiting.slice(room) };
}
