import { basename } from 'node:path';
import type { Item } from '../../shared/contract/item.ts';
import { readItem } from './item.ts';
import { itemColumns, resolveFields } from './mapping.ts';
import { FieldReader } from './reader.ts';
import { missingColumn, openRows, type Run } from './run.ts';

/** Reads the catalogue. @returns the ids of the items. */
export async function importItems(run: Run, file: string): Promise<ReadonlySet<string>> {
  const { plan, rejected, writer } = run;
  const enrich = plan.enrich ? await plan.enrich(rejected) : (item: Item) => item;
  const source = await openRows(run, file);
  const getters = resolveFields(itemColumns, plan.mapping.items, source);
  if (!getters.item) throw missingColumn(source, 'item');
  const reader = new FieldReader(getters, run.nowMs);
  const known = new Set<string>();
  for await (const rows of source.rows()) {
    for (const row of rows) {
      if (row.cells) reader.open(row.cells);
      const item = row.cells && readItem(reader);
      if (item && known.has(item.id)) reader.complain('duplicate-item', `item ${item.id} came before`);
      const complaint = row.complaint ?? reader.complaint;
      if (complaint || !item) {
        if (complaint) rejected.add(basename(file), row, complaint);
        continue;
      }
      known.add(item.id);
      writer.item(enrich(item));
    }
  }
  return known;
}
