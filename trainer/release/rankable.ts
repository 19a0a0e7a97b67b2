import type { Item } from '../../shared/contract/item.ts';
import { Failure } from '../failure.ts';

/** @throws Failure `no-data` for fewer than two items, `bad-input` for an id that two of them have. */
export function refuseUnrankable(items: readonly Item[]): void {
  if (items.length < 2) throw new Failure('no-data', `${items.length} items: there is nothing to rank`);
  const rows = new Map<string, number>();
  for (const [row, { id }] of items.entries()) {
    const former = rows.get(id);
    if (former !== undefined) {
      const hint = 'Make the data set with `vitrine import`, which keeps one item per id.';
      throw new Failure('bad-input', `items ${former} and ${row} of the data set have one id, ${JSON.stringify(id)}`, hint);
    }
    rows.set(id, row);
  }
}
