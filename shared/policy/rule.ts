import type { ItemId } from '../contract/id.ts';
import type { Item } from '../contract/item.ts';

/** What rules need of an item. */
export type PolicyItem = Pick<Item, 'id' | 'categories' | 'available' | 'publishedAtMs'>;

/** What rules know besides the item. */
export interface PolicyContext {
  readonly nowMs: number;
  /** The item that the page is about. */
  readonly item?: ItemId;
  /** What this visitor already clicked, bought, rated or hid; empty where it is not known or the surface does not ask. */
  readonly seen: ReadonlySet<ItemId>;
  /** Items already in the slate. */
  readonly taken: ReadonlySet<ItemId>;
}

/** A rule about one item. `keeps` is false for an item that may not be shown; when it throws, the item is dropped. */
export interface Rule {
  readonly name: string;
  keeps(item: PolicyItem, context: PolicyContext): boolean;
}
