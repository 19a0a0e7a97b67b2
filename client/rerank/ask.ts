import type { ItemId } from '../../shared/contract/id.ts';
import type { DisplayItem } from '../../shared/contract/pack.ts';
import type { HistoryItem } from '../../shared/feature/history.ts';
import { get } from '../get.ts';
import { historyItem } from './columns.ts';
import type { WorkerSettings } from './protocol.ts';

/** Milliseconds to ask the edge for an item that no pack has mentioned. */
const itemMs = 1000;

/** What the edge knows of an item. @throws when it knows nothing, or does not answer in time */
export async function askItem(id: ItemId, { edge, site }: WorkerSettings): Promise<HistoryItem> {
  const url = `${edge}/v1/items/${encodeURIComponent(id)}?site=${encodeURIComponent(site)}`;
  const item: DisplayItem = await (await get(url, itemMs)).json();
  if (item.id !== id || !Array.isArray(item.categories)) throw new Error(url);
  return historyItem(item);
}
