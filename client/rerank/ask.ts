import type { ItemId } from '../../shared/contract/id.ts';
import type { DisplayItem } from '../../shared/contract/pack.ts';
import type { HistoryItem } from '../../shared/feature/history.ts';
import { get } from '../get.ts';
import type { Artifacts } from './artifact.ts';
import { historyItem } from './columns.ts';
import type { WorkerSettings } from './protocol.ts';

/** Milliseconds to ask the edge for an item that no pack has mentioned. */
const itemMs = 1000;

/**
 * What the edge knows of an item. Asked only with consent: without it the question would tell what is looked at.
 * @throws without consent, when the edge knows nothing, or does not answer in time
 */
export async function askItem(
  id: ItemId,
  settings: WorkerSettings | undefined,
  artifacts: Pick<Artifacts, 'keep'> | undefined,
): Promise<HistoryItem> {
  if (!settings || !artifacts?.keep) throw new Error();
  const { edge, site } = settings;
  const url = `${edge}/v1/items/${encodeURIComponent(id)}?site=${encodeURIComponent(site)}`;
  const item: DisplayItem = await (await get(url, itemMs)).json();
  if (item.id !== id || !Array.isArray(item.categories)) throw new Error(url);
  return historyItem(item);
}
