import type { DisplayItem } from '../../shared/contract/pack.ts';

/** Fields that a template may name. Absent in the item: absent here. */
export type Fields = Readonly<Record<string, string | undefined>>;

/** Text of an item's fields. `itemUrl` is a pattern such as "/item/{id}", used where the item has no address of its own. */
export function fieldsOf(item: DisplayItem, position: number, itemUrl: string | null): Fields {
  return {
    id: item.id,
    title: item.title,
    url: item.url ?? itemUrl?.replaceAll('{id}', encodeURIComponent(item.id)),
    image: item.image,
    brand: item.brand,
    price: item.price?.toFixed(2),
    category: item.categories[0],
    categories: item.categories.length ? item.categories.join(', ') : undefined,
    position: String(position),
  };
}
