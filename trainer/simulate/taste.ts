import { styleDimensions } from './catalogue.ts';
import type { Random } from './random.ts';
import { brands, categories } from './vocabulary.ts';

/** What a visitor likes at one moment. */
export interface Taste {
  /** Per category: about 1.5 for the few that are loved, about -0.5 for the others. */
  readonly categories: Float64Array;
  /** Per brand: 1 for the two or three that are loved, 0 for the others. */
  readonly brands: Float64Array;
  readonly style: Float64Array;
  /** Price level that is liked best, in the unit of ShopItem.priceLevel. */
  priceLevel: number;
}

export interface Visitor {
  readonly id: string;
  readonly taste: Taste;
  readonly sessionsPerWeek: number;
  /** First day on which the visitor may come. */
  readonly firstDay: number;
  /** Category of the last session, which the next one often continues. */
  intent: number;
  /** Day of the last session; -1 before the first. */
  lastDay: number;
  /** Items that were bought and are not wanted again, by index. */
  readonly owned: Set<number>;
}

/** Share of a style's variance that is new after a day: half of it is new after about five weeks. */
export const driftPerDay = 0.02;
/** Probability per day that a loved category gives way to another. */
export const switchPerDay = 0.006;

const normalVector = (random: Random) =>
  Float64Array.from({ length: styleDimensions }, () => random.normal() / Math.sqrt(styleDimensions));

export function makeVisitor(random: Random, number: number, days: number): Visitor {
  const loved = new Set(Array.from({ length: 3 + random.below(2) }, () => random.below(categories.length)));
  const favourites = new Set(Array.from({ length: 2 + random.below(2) }, () => random.below(brands.length)));
  return {
    id: `v${String(number + 1).padStart(5, '0')}`,
    taste: {
      categories: Float64Array.from(categories, (_, c) => (loved.has(c) ? 1.5 : -0.5) + 0.3 * random.normal()),
      brands: Float64Array.from(brands, (_, b) => (favourites.has(b) ? 1 : 0)),
      style: normalVector(random),
      priceLevel: 0.8 * random.normal(),
    },
    // Few come often, many rarely.
    sessionsPerWeek: 0.35 * Math.exp(0.8 * random.normal()),
    // Half are customers from before; the others find the shop in the course of the log.
    firstDay: random.chance(0.5) ? 0 : random.below(days),
    intent: -1,
    lastDay: -1,
    owned: new Set(),
  };
}

/** Lets `days` pass over a taste. Style follows an Ornstein-Uhlenbeck process, so its variance stays; loved categories switch now and then. */
export function drift(taste: Taste, days: number, random: Random): void {
  const keep = (1 - driftPerDay) ** (days / 2);
  const fresh = Math.sqrt(1 - keep * keep);
  const noise = normalVector(random);
  for (let d = 0; d < taste.style.length; d++) {
    taste.style[d] = keep * (taste.style[d] as number) + fresh * (noise[d] as number);
  }
  taste.priceLevel = keep * taste.priceLevel + fresh * 0.8 * random.normal();
  if (!random.chance(1 - (1 - switchPerDay) ** days)) return;
  const from = random.weighted(taste.categories.map((x) => (x > 0.5 ? 1 : 0.01)));
  const to = random.below(taste.categories.length);
  const moved = taste.categories[from] as number;
  taste.categories[from] = taste.categories[to] as number;
  taste.categories[to] = moved;
}
