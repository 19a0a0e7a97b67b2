import { basename } from 'node:path';
import type { EventType } from '../../shared/contract/event.ts';
import type { ItemId } from '../../shared/contract/id.ts';
import { entityReader } from './entity.ts';
import { readEvent } from './event.ts';
import { readItem } from './item.ts';
import { eventColumns, type Getter, type ItemField, itemColumns, plainName, resolveFields } from './mapping.ts';
import type { ImportPlan } from './plan.ts';
import { FieldReader } from './reader.ts';
import type { Cells, Complaint, RowSource } from './row.ts';
import { missingColumn, openRows, type Run } from './run.ts';

/** Fields of an item that an event row may carry by itself, for logs without a catalogue. */
const eventItemFields = ['title', 'categories', 'brand', 'price', 'url', 'image'] as const satisfies readonly ItemField[];

/**
 * Reads one file of events.
 *
 * @param known ids of the catalogue; without a catalogue a set that this function fills, making each item from its first event.
 * @returns how many events were taken.
 */
export async function importEvents(run: Run, file: number, known: ReadonlySet<string>): Promise<number> {
  const { plan, rejected, writer } = run;
  const path = plan.events[file] ?? '';
  const source = await openRows(run, path);
  const getters = resolveFields(eventColumns, plan.mapping.events, source);
  for (const field of ['item', 'time'] as const) if (!getters[field]) throw missingColumn(source, field);
  if (!getters.user && !getters.session) throw missingColumn(source, 'user');
  const reader = new FieldReader(getters, run.nowMs);
  const entitiesOf = entityReader(plan.mapping, source, run.nowMs);
  const admit = plan.items === undefined ? itemMaker(run, source, known as Set<string>, getters.item) : refuseUnknown;
  const defaultType = plan.defaultType ?? defaultTypeOf(source, plan);
  let taken = 0;
  for await (const rows of source.rows()) {
    for (const row of rows) {
      if (row.cells) reader.open(row.cells);
      const event = row.cells && readEvent(reader, plan.mapping, defaultType);
      const { entities, complaint: entityComplaint } = row.cells ? entitiesOf(row.cells) : {};
      let complaint = row.complaint ?? reader.complaint ?? entityComplaint;
      if (event && row.cells && !complaint && !known.has(event.item)) complaint = admit(event.item, row.cells);
      if (complaint) rejected.add(basename(path), row, complaint);
      else if (event) {
        writer.event({ ...event, entities }, { file, line: row.line, at: row.at, bytes: row.bytes.length });
        taken++;
      }
    }
  }
  return taken;
}

/** What to do with an event whose item is new: a complaint, or undefined when it may stay. */
type Admit = (item: ItemId, cells: Cells) => Complaint | undefined;

const refuseUnknown: Admit = (item) => ({ code: 'unknown-item', reason: `item ${item} is not in the catalogue` });

function itemMaker({ plan, nowMs, writer }: Run, source: RowSource, made: Set<string>, id: Getter | undefined): Admit {
  const known: Partial<Record<ItemField, readonly string[]>> = {};
  for (const field of eventItemFields) known[field] = itemColumns[field];
  const getters = resolveFields(known, plan.mapping.items, source);
  const reader = new FieldReader({ ...getters, ...(id && { item: id }) }, nowMs);
  return (item, cells) => {
    reader.open(cells);
    const read = readItem(reader);
    if (reader.complaint) return reader.complaint;
    made.add(item);
    writer.item(read);
    return undefined;
  };
}

/** A log with a column of ratings and no types is one of ratings; any other without types is one of clicks. */
function defaultTypeOf(source: RowSource, plan: ImportPlan): EventType {
  const column = plan.mapping.events.value ?? source.columns.find((name) => plainName(name) === 'rating') ?? '';
  return plainName(column) === 'rating' ? 'rating' : 'click';
}
