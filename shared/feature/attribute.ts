import type { Item } from '../contract/item.ts';
import { attributeValues } from './aggregate/operand.ts';
import type { AttributeFeature } from './definition.ts';
import { fnv1a } from './fnv1a.ts';

/** What attribute features need of an item. */
export type AttributeItem = Partial<Pick<Item, 'price' | 'categories' | 'brand' | 'title' | 'text'>>;

/** Tokens of a text: A-Z lowered, split at runs of ASCII characters other than a-z and 0-9. */
export const tokensOf = (text: string): string[] =>
  text
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they separate tokens as well
    .split(/[\u0000-\u002f\u003a-\u0060\u007b-\u007f]+/)
    .filter((token) => token !== '');

/** Raw value of an item's attribute; NaN = missing. */
export function attributeValue(feature: AttributeFeature, item: AttributeItem): number {
  if (feature.attribute === 'price') return item.price ?? Number.NaN;
  if ('bucket' in feature) {
    const text = item[feature.attribute];
    if (text === undefined) return Number.NaN;
    return tokensOf(text).filter((token) => fnv1a(token) % feature.hashBuckets === feature.bucket).length;
  }
  const values = attributeValues(item, feature.attribute);
  const [first] = values;
  if (first === undefined) return Number.NaN;
  if ('has' in feature) return Number(values.includes(feature.has));
  return 'oneOf' in feature ? indexIn(feature.oneOf, first) : fnv1a(first) % feature.hashBuckets;
}

/** Index of a text in a list; NaN when it is not there. */
export function indexIn(list: readonly string[], text: string | undefined): number {
  const index = text === undefined ? -1 : list.indexOf(text);
  return index < 0 ? Number.NaN : index;
}
