import type { ItemId } from '../../shared/contract/id.ts';
import type { Item } from '../../shared/contract/item.ts';
import type { ItemField } from './mapping.ts';
import type { FieldReader } from './reader.ts';

/** Reads an item; look at `reader.complaint` before using it. The id stands in for a missing title. */
export function readItem(reader: FieldReader<ItemField>): Item {
  const id = reader.required('item') as ItemId;
  const optional = {
    brand: reader.text('brand'),
    price: reader.number('price', 0, 1e12),
    publishedAtMs: reader.time('publishedAt'),
    url: reader.text('url'),
    image: reader.text('image'),
    text: reader.text('text'),
    available: reader.boolean('available'),
  };
  const present: Partial<Item> = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return { id, title: reader.text('title') ?? id, categories: reader.list('categories'), ...present };
}
