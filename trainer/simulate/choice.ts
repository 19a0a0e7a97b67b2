import type { ShopItem } from './catalogue.ts';
import type { Taste } from './taste.ts';
import { categories } from './vocabulary.ts';

/** Items on a slate of the simulated home page. */
export const slateSize = 12;

/** Weights of the choice model; written to truth.json. */
export const coefficients = {
  /** Of P(click | examined) = logistic(clickBias + utility). */
  clickBias: -2.4,
  category: 0.8,
  brand: 0.9,
  /** Per unit of the product of two style vectors of about unit length. */
  style: 2,
  /** Times the squared distance of price levels. */
  price: -0.25,
  quality: 0.6,
  /** When the item is of the category that the session is about. */
  intent: 1.2,
  season: 0.4,
  /** Decays with `noveltyDays`. */
  novelty: 0.5,
  noveltyDays: 14,
  /** Of the softmax with which a visitor who browses picks among a category's items. */
  browse: 1.8,
  /** Of P(cart | looked at) and P(purchase | cart). */
  cartBias: -5.6,
  purchaseBias: -0.7,
  /** P(hide | examined) = hide * logistic(-utility). */
  hide: 0.004,
} as const;

/** Examination by position (position-based model): P(examined | position k) = (k + 1)^-0.6. */
export const examination: readonly number[] = Array.from({ length: slateSize }, (_, k) => (k + 1) ** -0.6);

export const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

const dayMs = 86_400_000;
/** Interest in a category on a day of the year, in [-1, 1]; 0 for categories without a season. */
export function season(category: number, tMs: number): number {
  const peakDay = categories[category]?.peakDay;
  if (peakDay === undefined) return 0;
  const dayOfYear = (tMs / dayMs) % 365.25;
  return Math.cos((2 * Math.PI * (dayOfYear - peakDay)) / 365.25);
}

export interface Moment {
  readonly tMs: number;
  /** Category that the session is about. */
  readonly intent: number;
}

/** How much a visitor wants an item at a moment: the linear part of every choice. */
export function utility(taste: Taste, shopItem: ShopItem, { tMs, intent }: Moment): number {
  const { category, brand, style, quality, priceLevel } = shopItem;
  let product = 0;
  for (let d = 0; d < style.length; d++) product += (style[d] as number) * (taste.style[d] as number);
  const ageDays = Math.max(0, (tMs - shopItem.item.publishedAtMs) / dayMs);
  return (
    coefficients.category * (taste.categories[category] as number) +
    coefficients.brand * (taste.brands[brand] as number) +
    coefficients.style * product +
    coefficients.price * (priceLevel - taste.priceLevel) ** 2 +
    coefficients.quality * quality +
    (category === intent ? coefficients.intent : 0) +
    coefficients.season * season(category, tMs) +
    coefficients.novelty * Math.exp(-ageDays / coefficients.noveltyDays)
  );
}
