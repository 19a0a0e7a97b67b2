import type { EventType } from '../../../shared/contract/event.ts';
import type { FeatureDefinition } from '../../../shared/feature/definition.ts';

const interest: readonly EventType[] = ['view', 'click', 'rating', 'purchase'];
const daySeconds = 86_400;
const item = { entity: 'item', placement: 'catalog' } as const;
const user = { entity: 'user', placement: 'device' } as const;
const own = { entity: 'userItem', placement: 'device' } as const;

/** Twenty features of the kinds that a shop has: ten of the item, five of the visitor, five of both. */
export const definitions: readonly FeatureDefinition[] = [
  { name: 'itemViews', ...item, aggregate: { kind: 'count' }, events: ['view'] },
  { name: 'itemViews7d', ...item, aggregate: { kind: 'count', windowSeconds: 7 * daySeconds }, events: ['view'] },
  { name: 'itemClicks1d', ...item, aggregate: { kind: 'count', windowSeconds: daySeconds }, events: ['click'] },
  { name: 'popularity7d', ...item, aggregate: { kind: 'decayedCount', halfLifeSeconds: 7 * daySeconds }, events: interest },
  { name: 'popularity30d', ...item, aggregate: { kind: 'decayedCount', halfLifeSeconds: 30 * daySeconds }, events: interest },
  { name: 'clickRate', ...item, aggregate: { kind: 'rate', of: ['click'], prior: 0.05, strength: 20 }, events: ['impression'] },
  { name: 'meanRating', ...item, aggregate: { kind: 'mean', prior: 3.5, strength: 5 }, events: ['rating'] },
  { name: 'lastSold', ...item, aggregate: { kind: 'timeSince' }, events: ['purchase'] },
  { name: 'price', ...item, attribute: 'price', transform: 'log1p' },
  { name: 'age', entity: 'item', placement: 'edge', age: true },
  { name: 'userEvents', ...user, aggregate: { kind: 'count' }, events: interest, transform: 'log1p' },
  { name: 'userEvents7d', ...user, aggregate: { kind: 'count', windowSeconds: 7 * daySeconds }, events: interest },
  { name: 'userLast', ...user, aggregate: { kind: 'timeSince' }, events: interest },
  { name: 'userMeanPrice', ...user, aggregate: { kind: 'mean', of: 'price' }, events: ['purchase'] },
  { name: 'userBrands', ...user, aggregate: { kind: 'distinct', of: 'brand' }, events: interest },
  { name: 'ownEvents', ...own, aggregate: { kind: 'count' }, events: interest },
  { name: 'ownLast', ...own, aggregate: { kind: 'timeSince' }, events: interest },
  { name: 'categoryMatch20', ...own, match: { attribute: 'categories', last: 20 }, events: interest },
  { name: 'brandMatch20', ...own, match: { attribute: 'brand', last: 20 }, events: interest },
  { name: 'priceDistance20', ...own, priceDistance: { last: 20 }, events: interest },
];
