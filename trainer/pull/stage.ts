import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LogType } from '../../shared/contract/key.ts';
import { writeAtomically } from '../log/atomic.ts';
import { rowFault } from '../log/columns.ts';
import { pullFolder } from '../log/layout.ts';
import type { LogObject, LogSource } from './source.ts';

/** Objects that were fetched together: an NDJSON file of their valid rows and this note beside it, which is written last. */
export interface StagedBatch {
  readonly file: string;
  readonly names: readonly string[];
  /** Valid rows. */
  readonly rows: number;
  readonly invalid: readonly InvalidRow[];
}

export interface InvalidRow {
  readonly object: string;
  readonly line: number;
  readonly reason: string;
}

/** Objects and bytes that one batch holds at most: what an interruption may cost. */
const batchObjects = 1000;
const batchBytes = 64 * 1024 * 1024;
const concurrentReads = 16;

const stageFolder = (directory: string, type: LogType, hour: string) =>
  join(pullFolder(directory), 'staging', type, `hour=${hour}`);

/** Name of an object within its hour. */
export const objectName = ({ key }: Pick<LogObject, 'key'>): string => basename(key);

export interface StageInput {
  readonly directory: string;
  readonly site: string;
  readonly type: LogType;
  readonly hour: string;
  readonly source: LogSource;
  /** Names of objects that are in the hour's file already. */
  readonly known: ReadonlySet<string>;
  /** Told of each batch of objects that arrived. */
  readonly arrived: (objects: number) => void;
}

/** Fetches the objects of an hour that are new. Goes on where it was interrupted. @returns every batch that waits to be merged. */
export async function stageHour(input: StageInput): Promise<StagedBatch[]> {
  const { directory, type, hour, source, known, arrived } = input;
  const batches = await stagedBatches(directory, type, hour);
  const here = new Set([...known, ...batches.flatMap(({ names }) => names)]);
  let pending: LogObject[] = [];
  let bytes = 0;
  const flush = async () => {
    if (pending.length === 0) return;
    batches.push(await fetchBatch(input, pending, batches.length));
    arrived(pending.length);
    pending = [];
    bytes = 0;
  };
  for await (const object of source.objects(type, hour)) {
    if (here.has(objectName(object))) continue;
    pending.push(object);
    bytes += object.bytes;
    if (pending.length >= batchObjects || bytes >= batchBytes) await flush();
  }
  await flush();
  return batches;
}

/** What is merged is not needed any more. */
export const dropStaged = (directory: string, type: LogType, hour: string): Promise<void> =>
  rm(stageFolder(directory, type, hour), { recursive: true, force: true });

async function stagedBatches(directory: string, type: LogType, hour: string): Promise<StagedBatch[]> {
  const folder = stageFolder(directory, type, hour);
  const names = await readdir(folder).catch(() => [] as string[]);
  const notes = names.filter((name) => /^\d+\.json$/.test(name));
  const batches: StagedBatch[] = [];
  for (const note of notes) batches.push(JSON.parse(await readFile(join(folder, note), 'utf8')) as StagedBatch);
  return batches.map((batch) => ({ ...batch, file: join(folder, batch.file) }));
}

async function fetchBatch(input: StageInput, objects: readonly LogObject[], index: number): Promise<StagedBatch> {
  const { directory, type, hour, source, site } = input;
  const folder = stageFolder(directory, type, hour);
  await mkdir(folder, { recursive: true });
  const texts: string[] = new Array(objects.length);
  await inParallel(objects.length, concurrentReads, async (i) => {
    texts[i] = (await source.read(objects[i] as LogObject)).toString('utf8');
  });
  const rows: string[] = [];
  const invalid: InvalidRow[] = [];
  for (const [i, text] of texts.entries()) {
    const object = objectName(objects[i] as LogObject);
    for (const [line, row] of text.split('\n').entries()) {
      if (row === '') continue;
      const reason = faultOf(type, site, row);
      if (reason === undefined) rows.push(row);
      else invalid.push({ object, line: line + 1, reason });
    }
  }
  const file = `${index}.ndjson`;
  await writeFile(join(folder, file), rows.length > 0 ? `${rows.join('\n')}\n` : '');
  const batch: StagedBatch = { file, names: objects.map(objectName), rows: rows.length, invalid };
  await writeAtomically(join(folder, `${index}.json`), `${JSON.stringify(batch)}\n`);
  return { ...batch, file: join(folder, file) };
}

function faultOf(type: LogType, site: string, row: string): string | undefined {
  try {
    return rowFault(type, site, JSON.parse(row));
  } catch {
    return 'not JSON';
  }
}

/** Runs `work` for 0 to n - 1, at most `width` at a time. After a failure nothing new begins. */
async function inParallel(n: number, width: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < n) {
      const i = next++;
      try {
        await work(i);
      } catch (error) {
        next = n;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, n) }, lane));
}
