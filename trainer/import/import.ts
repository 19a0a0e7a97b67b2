import { basename, join } from 'node:path';
import { openDatabase } from '../adapter/duckdb.ts';
import { Failure } from '../failure.ts';
import { type DatasetInfo, datasetFiles } from '../log/dataset.ts';
import { replaceDirectory } from '../log/replace.ts';
import { openWriter } from '../log/write.ts';
import { type Progress, silentProgress } from '../progress.ts';
import { importItems } from './catalogue.ts';
import { rereadRow } from './duplicate.ts';
import { importEvents } from './log.ts';
import { planMovielens } from './movielens.ts';
import { type PlanOptions, planTables } from './plan.ts';
import { openRejected } from './rejected.ts';
import type { Run } from './run.ts';

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
