import { canonicalJson } from '../../shared/contract/canonical.ts';
import { type EventType, eventTypes } from '../../shared/contract/event.ts';
import type { ItemId } from '../../shared/contract/id.ts';
import type { Item } from '../../shared/contract/item.ts';
import { sha256Text } from '../../shared/contract/sha256.ts';
import type { Dataset } from '../log/dataset.ts';
import { createRandom } from '../random.ts';

export const minuteMs = 60_000;
export const startMs = Date.UTC(2024, 0, 1);

/** One event of a hand-made log. */
export type Row = readonly [tMs: number, user: number, item: number, type: EventType];

/** A data set of these rows, which must be in time order. */
export function datasetOf(items: readonly Item[], rows: readonly Row[], users: number): Dataset {
  const n = rows.length;
  return {
    info: {
      version: 1,
      name: 'fixture',
      items: items.length,
      events: n,
      rejected: 0,
      fromMs: rows[0]?.[0] ?? 0,
      throughMs: rows.at(-1)?.[0] ?? 0,
      sha256: sha256Text(canonicalJson({ items, rows })),
    },
    items,
    events: {
      n,
      tMs: Float64Array.from(rows, ([tMs]) => tMs),
      user: Int32Array.from(rows, ([, user]) => user),
      item: Int32Array.from(rows, ([, , item]) => item),
      type: Uint8Array.from(rows, ([, , , type]) => eventTypes.indexOf(type)),
      value: new Float64Array(n).fill(Number.NaN),
      quantity: new Float64Array(n).fill(Number.NaN),
      surface: new Int32Array(n).fill(-1),
      surfaces: [],
      entities: {},
      slate: new Int32Array(n).fill(-1),
      position: new Int16Array(n).fill(-1),
      propensity: new Float32Array(n).fill(Number.NaN),
      session: Int32Array.from(rows, ([, user]) => user),
      users: Array.from({ length: users }, (_, u) => `user-${u}`),
    },
  };
}

/** The events strictly before `endMs`. */
export function truncated(dataset: Dataset, endMs: number): Dataset {
  const { items, events } = dataset;
  const rows = Array.from(
    { length: events.n },
    (_, e): Row => [events.tMs[e]!, events.user[e]!, events.item[e]!, eventTypes[events.type[e]!]!],
  );
  return datasetOf(
    items,
    rows.filter(([tMs]) => tMs < endMs),
    events.users.length,
  );
}

export function makeItems(n: number, categories: number): Item[] {
  return Array.from({ length: n }, (_, i) => ({
    id: `item-${i}` as ItemId,
    title: `Item ${i}`,
    categories: [`category-${i % categories}`],
    brand: `brand-${i % 7}`,
    price: 5 + (i % 13),
    publishedAtMs: startMs - (n - i) * minuteMs,
  }));
}

/**
 * A small shop in which visitors have a favourite category, popularity is skewed, and what comes next depends on what came before: the item after an item of the
 * same category. Some interactions share their millisecond. Views are in the log and are no positives.
 */
export function makeShop({ users = 60, items = 80, categories = 5, events = 3000, seed = 1 } = {}): Dataset {
  const random = createRandom(seed, 'shop');
  const last = new Map<number, number>();
  const rows: Row[] = [];
  let tMs = startMs;
  while (rows.length < events) {
    if (random.uniform() < 0.95) tMs += 1 + random.below(10 * minuteMs);
    const user = random.below(users);
    const before = last.get(user);
    const taste = user % categories;
    const skewed = Math.floor(random.uniform() ** 2 * (items / categories));
    const follows = before !== undefined && random.uniform() < 0.5;
    const item = follows ? (before + categories) % items : taste + categories * skewed;
    if (random.uniform() < 0.3) rows.push([tMs, user, random.below(items), 'view']);
    rows.push([tMs, user, item % items, random.uniform() < 0.1 ? 'purchase' : 'click']);
    last.set(user, item % items);
  }
  return datasetOf(makeItems(items, categories), rows, users);
}
