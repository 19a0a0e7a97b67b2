import type { Item } from '../../shared/contract/item.ts';
import type { DisplayItem } from '../../shared/contract/pack.ts';

/** What the page renders of an item. */
export function displayItem({ text: _text, available: _available, ...shown }: Item): DisplayItem {
  return shown;
}
