import type { ItemId } from '../../shared/contract/id.ts';
import type { Item } from '../../shared/contract/item.ts';
import type { Random } from './random.ts';
import { brands, type CategoryWords, categories, colours, styles } from './vocabulary.ts';

/** Dimensions of style: what people like across categories. */
export const styleDimensions = 8;
const dayMs = 86_400_000;
/** Share of the catalogue that is there when the log begins; the rest arrives evenly. */
const initialShare = 0.6;
/** Items there at the beginning arrived within so many days before it. */
const shelfDays = 365;

/** An item with its truth. */
export interface ShopItem {
  readonly item: Item & { readonly price: number; readonly publishedAtMs: number };
  readonly category: number;
  readonly brand: number;
  /** Unit length in expectation. */
  readonly style: Float64Array;
  /** Liked by everyone alike, standard normal. */
  readonly quality: number;
  /** Logarithm of the price against its category's, in spreads: 0 is usual. */
  readonly priceLevel: number;
}

export interface Catalogue {
  readonly items: readonly ShopItem[];
  /** Items of each category, by index in `items`. */
  readonly byCategory: readonly (readonly number[])[];
}

interface Maker {
  readonly style: Float64Array;
  /** Added to the price level of all its items. */
  readonly priceLevel: number;
  /** Relative number of its items per category. */
  readonly range: Float64Array;
}

/** Makes a catalogue. Items are in order of arrival. */
export function makeCatalogue(random: Random, count: number, period: { fromMs: number; days: number }): Catalogue {
  const makers = brands.map(() => makeMaker(random));
  const arrivals = Array.from({ length: count }, (_, i) => arrivalMs(random, i / count, period)).sort((a, b) => a - b);
  const taken = new Set<string>();
  const numbers = categories.map(() => 0);
  const sizes = categories.map(() => 0.5 + random.next());
  const items = arrivals.map((publishedAtMs): ShopItem => {
    const category = random.weighted(sizes);
    const words = categories[category] as CategoryWords;
    const brand = random.weighted(makers.map((maker) => maker.range[category] as number));
    const maker = makers[brand] as Maker;
    const priceLevel = maker.priceLevel + 0.8 * random.normal();
    const number = (numbers[category] as number) + 1;
    numbers[category] = number;
    const name = makeTitle(random, words, taken);
    const price = roundPrice(words.medianPrice * Math.exp(words.priceSpread * priceLevel));
    return {
      item: {
        id: `${slug(words.name)}-${String(number).padStart(3, '0')}` as ItemId,
        title: name.title,
        categories: [words.name, words.department],
        brand: brands[brand] as string,
        price,
        publishedAtMs,
        text: `${name.material} ${name.noun} by ${brands[brand]}${name.colour ? ` in ${name.colour}` : ''}. ${words.department}, ${words.name}.`,
      },
      category,
      brand,
      style: maker.style.map((x) => 0.7 * x + (0.7 * random.normal()) / Math.sqrt(styleDimensions)),
      quality: random.normal(),
      priceLevel,
    };
  });
  const byCategory = categories.map((_, category) => items.flatMap((item, i) => (item.category === category ? [i] : [])));
  return { items, byCategory };
}

function makeMaker(random: Random): Maker {
  return {
    style: Float64Array.from({ length: styleDimensions }, () => random.normal() / Math.sqrt(styleDimensions)),
    priceLevel: 0.7 * random.normal(),
    // Most makers are at home in a few categories.
    range: Float64Array.from(categories, () => random.exponential() ** 2 + 0.02),
  };
}

/** Whole minutes; shop staff do not publish at night. */
function arrivalMs(random: Random, quantile: number, { fromMs, days }: { fromMs: number; days: number }): number {
  const day = quantile < initialShare ? -1 - random.below(shelfDays) : random.below(days);
  return fromMs + day * dayMs + (8 * 60 + random.below(10 * 60)) * 60_000;
}

interface ItemName {
  readonly title: string;
  readonly material: string;
  readonly noun: string;
  readonly colour: string | undefined;
}

function makeTitle(random: Random, words: CategoryWords, taken: Set<string>): ItemName {
  for (let attempt = 0; ; attempt++) {
    const material = random.pick(words.materials);
    const noun = random.pick(words.nouns);
    const colour = words.coloured ? random.pick(colours) : undefined;
    const styled = attempt < 4 ? material : `${random.pick(styles)} ${lowerFirst(material)}`;
    // A very large catalogue runs out of words: then makers number their models.
    const model = attempt < 40 ? '' : ` no. ${2 + random.below(taken.size + 100)}`;
    const title = `${styled} ${noun}${model}${colour ? `, ${colour}` : ''}`;
    if (taken.has(title)) continue;
    taken.add(title);
    return { title, material, noun, colour };
  }
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
const slug = (name: string): string => name.toLowerCase().replaceAll(' ', '-');

/** 9.50, 39, 129, 1290: steps that grow with the price. */
function roundPrice(price: number): number {
  if (price < 20) return Math.max(0.5, Math.round(price * 2) / 2);
  return price < 200 ? Math.round(price) : Math.round(price / 10) * 10;
}
