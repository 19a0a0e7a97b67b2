import { Failure } from '../failure.ts';
import type { DatasetWriter } from '../log/write.ts';
import type { Progress } from '../progress.ts';
import { openCsv } from './csv.ts';
import { columnsFound } from './mapping.ts';
import { openNdjson } from './ndjson.ts';
import type { ImportPlan } from './plan.ts';
import type { RejectedLog } from './rejected.ts';
import type { RowSource } from './row.ts';

/** What every step of one import needs. */
export interface Run {
  readonly plan: ImportPlan;
  readonly nowMs: number;
  readonly rejected: RejectedLog;
  readonly writer: DatasetWriter;
  readonly progress: Progress;
}

/** The name of a file says more than the format of the import: a CSV catalogue may go with an NDJSON log. */
export function openRows({ plan }: Run, file: string): Promise<RowSource> {
  if (/\.(ndjson|jsonl)$/i.test(file)) return openNdjson(file);
  if (/\.(csv|tsv)$/i.test(file)) return openCsv(file);
  return plan.kind === 'csv' ? openCsv(file) : openNdjson(file);
}

export const missingColumn = (source: RowSource, field: string): Failure =>
  new Failure('bad-input', `${source.file}: no column for "${field}".`, columnsFound(source.columns));
