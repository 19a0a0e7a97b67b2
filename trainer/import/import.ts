import { basename, join } from 'node:path';
import type { EventType } from '../../shared/contract/event.ts';
import type { Item } from '../../shared/contract/item.ts';
import { openDatabase } from '../adapter/duckdb.ts';
import { Failure } from '../failure.ts';
import { type DatasetInfo, datasetFiles } from '../log/dataset.ts';
import { replaceDirectory } from '../log/replace.ts';
import { type DatasetWriter, openWriter } from '../log/write.ts';
import { type Progress, silentProgress } from '../progress.ts';
import { openCsv } from './csv.ts';
import { rereadRow } from './duplicate.ts';
import { readEvent } from './event.ts';
import { readItem } from './item.ts';
import { columnsFound, eventColumns, type ItemField, itemColumns, plainName, resolveFields } from './mapping.ts';
import { planMovielens } from './movielens.ts';
import { openNdjson } from './ndjson.ts';
import { type ImportPlan, type PlanOptions, planTables } from './plan.ts';
import { FieldReader } from './reader.ts';
import { openRejected, type RejectedLog } from './rejected.ts';
import type { RowSource } from './row.ts';

export interface ImportOptions extends PlanOptions {
  /** Data-set directory to make; an existing data set there is replaced as a whole. */
  readonly out: string;
  /** Events later than a day after this are rejected. */
  readonly nowMs: number;
  readonly progress?: Progress;
}

export interface ImportReport extends DatasetInfo {
  readonly out: string;
  /** Reason code -> rejected rows. */
  readonly rejectedByCode: Readonly<Record<string, number>>;
}

/**
 * Imports a catalogue and an event log into a data-set directory.
 * @throws Failure `no-data` when not one event could be used; `bad-input` for files or columns that are missing. Nothing is left behind.
 */
export async function importData(options: ImportOptions): Promise<ImportReport> {
  const plan = options.format === 'movielens' ? planMovielens(options.input) : planTables(options, options.format);
  return replaceDirectory(options.out, datasetFiles.info, async (directory, scratch) => {
    const rejected = openRejected(join(directory, datasetFiles.rejected));
    const database = await openDatabase(scratch);
    try {
      const run: Run = {
        plan,
        nowMs: options.nowMs,
        rejected,
        writer: await openWriter(database),
        progress: options.progress ?? silentProgress,
      };
      const info = await importPlan(run, directory);
      return { ...info, out: options.out, rejectedByCode: rejected.byCode };
    } finally {
      database.close();
      rejected.close();
    }
  });
}

/** What every step of one import needs. */
interface Run {
  readonly plan: ImportPlan;
  readonly nowMs: number;
  readonly rejected: RejectedLog;
  readonly writer: DatasetWriter;
  readonly progress: Progress;
}

async function importPlan(run: Run, directory: string): Promise<DatasetInfo> {
  const { plan, progress, rejected, writer } = run;
  const { items } = plan;
  const known = items === undefined ? undefined : await progress.step(`Items: ${items}`, () => importItems(run, items));
  const taken = await progress.step('Events', async (say) => {
    const made = new Set<string>();
    let count = 0;
    for (const [file, path] of plan.events.entries()) {
      say(path);
      count += await importEvents(run, file, known ?? made);
    }
    return count;
  });
  for (const place of await writer.takeDuplicates()) {
    const path = plan.events[place.file] ?? '';
    const complaint = { code: 'duplicate-event', reason: 'an event with this id came before' } as const;
    rejected.add(basename(path), await rereadRow(path, place), complaint);
  }
  if (taken === 0) throw nothingImported(run);
  return progress.step('Writing Parquet', () => writer.finish(directory, plan.name, rejected.count));
}

const openRows = (run: Run, file: string): Promise<RowSource> => (run.plan.kind === 'csv' ? openCsv(file) : openNdjson(file));

/** @returns the ids of the items. */
async function importItems(run: Run, file: string): Promise<ReadonlySet<string>> {
  const { plan, rejected, writer } = run;
  const enrich = plan.enrich ? await plan.enrich(rejected) : (item: Item) => item;
  const source = await openRows(run, file);
  const getters = resolveFields(itemColumns, plan.mapping.items, { ...source, strict: plan.kind === 'csv' });
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

/** Fields of an item that an event row may carry by itself, for logs without a catalogue. */
const eventItemFields = ['title', 'categories', 'brand', 'price', 'url', 'image'] as const satisfies readonly ItemField[];

/**
 * @param known ids of the catalogue; without a catalogue a set that this function fills, making each item from its first event.
 * @returns how many events were taken.
 */
async function importEvents(run: Run, file: number, known: ReadonlySet<string>): Promise<number> {
  const { plan, rejected, writer } = run;
  const path = plan.events[file] ?? '';
  const source = await openRows(run, path);
  const fields = { ...source, strict: plan.kind === 'csv' };
  const getters = resolveFields(eventColumns, plan.mapping.events, fields);
  for (const field of ['item', 'time'] as const) if (!getters[field]) throw missingColumn(source, field);
  if (!getters.user && !getters.session) throw missingColumn(source, 'user');
  const reader = new FieldReader(getters, run.nowMs);
  const made = plan.items === undefined ? (known as Set<string>) : undefined;
  const itemReader = new FieldReader({ ...itemGetters(plan, fields), ...(getters.item && { item: getters.item }) }, run.nowMs);
  const defaultType = plan.defaultType ?? defaultTypeOf(source, plan);
  let taken = 0;
  for await (const rows of source.rows()) {
    for (const row of rows) {
      if (row.cells) reader.open(row.cells);
      const event = row.cells && readEvent(reader, plan.mapping, defaultType);
      let complaint = row.complaint ?? reader.complaint;
      if (event && !complaint && !known.has(event.item)) {
        if (made && row.cells) {
          itemReader.open(row.cells);
          const item = readItem(itemReader);
          complaint = itemReader.complaint;
          if (!complaint) {
            made.add(item.id);
            writer.item(item);
          }
        } else complaint = { code: 'unknown-item', reason: `item ${event.item} is not in the catalogue` };
      }
      if (complaint) rejected.add(basename(path), row, complaint);
      else if (event) {
        writer.event(event, { file, line: row.line, at: row.at, bytes: row.bytes.length });
        taken++;
      }
    }
  }
  return taken;
}

function itemGetters(plan: ImportPlan, fields: Parameters<typeof resolveFields>[2]) {
  const known = Object.fromEntries(eventItemFields.map((field) => [field, itemColumns[field]]));
  return plan.items === undefined ? resolveFields<ItemField>({ ...emptyItemColumns, ...known }, plan.mapping.items, fields) : {};
}
const emptyItemColumns = Object.fromEntries(Object.keys(itemColumns).map((field) => [field, []])) as unknown as Record<
  ItemField,
  readonly string[]
>;

/** A log with a column of ratings and no types is one of ratings; any other without types is one of clicks. */
function defaultTypeOf(source: RowSource, plan: ImportPlan): EventType {
  const column = plan.mapping.events.value ?? source.columns.find((name) => plainName(name) === 'rating') ?? '';
  return plainName(column) === 'rating' ? 'rating' : 'click';
}

const missingColumn = (source: RowSource, field: string): Failure =>
  new Failure('bad-input', `${source.file}: no column for "${field}".`, columnsFound(source.columns));

function nothingImported({ plan, rejected }: Run): Failure {
  const files = plan.events.map((file) => basename(file)).join(', ');
  if (rejected.count === 0) return new Failure('no-data', `Nothing was imported: ${files} has no rows.`);
  const reasons = rejected.first.map((line) => `\n    ${line}`).join('');
  return new Failure(
    'no-data',
    `Nothing was imported: no event of ${files} could be used, ${rejected.count} rows were rejected.`,
    `The first:${reasons}`,
  );
}
