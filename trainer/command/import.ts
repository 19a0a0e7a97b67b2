import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { type EventType, eventTypes } from '../../shared/contract/event.ts';
import { Failure } from '../failure.ts';
import { detectInput, type ImportFormat, importFormats, logFormat } from '../import/detect.ts';
import { type ImportReport, importData } from '../import/import.ts';
import { readCatalogue } from '../log/catalogue.ts';
import { datasetFiles } from '../log/dataset.ts';
import { logMarker } from '../log/layout.ts';
import { logToDataset } from '../log/to-dataset.ts';
import { createProgress } from '../progress.ts';
import { formatCount, formatTime, printResult } from '../result.ts';

interface Options {
  format?: ImportFormat | typeof logFormat;
  in?: string[];
  items?: string;
  events?: string[];
  map?: string[];
  type?: EventType;
  out: string;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command('import')
    .description(
      'Make a data set of MovieLens, CSV or NDJSON files, or of a log that was pulled. Rows that cannot be used are kept in rejected.ndjson.',
    )
    .addOption(new Option('--format <format>', 'default: what --in looks like').choices([...importFormats, logFormat]))
    .option('--in <path...>', 'directory with items and events files, or the files')
    .option(
      '--items <path>',
      'catalogue; without one, items are made from the events. Of a log: a data set, a release or items.json',
    )
    .option('--events <file...>', 'event log, one file or several')
    .option('--map <field=column...>', 'columns under other names, or a JSON file of them (docs/data.md)')
    .addOption(new Option('--type <type>', 'type of events that do not say it').choices(eventTypes))
    .requiredOption('--out <dir>', 'data set to make; an existing one is replaced')
    .option('--json', 'print the counts as JSON')
    .action(run);
}

async function run(options: Options): Promise<void> {
  const startedMs = performance.now();
  const report = isLog(options) ? await importLog(options) : await importTables(options);
  const seconds = Math.round(performance.now() - startedMs) / 1000;
  printResult(options.json, { ...report, seconds }, describe(report, seconds));
}

const isLog = ({ format, in: input = [] }: Options): boolean =>
  format === logFormat || (format === undefined && input.length === 1 && existsSync(join(input[0] ?? '', logMarker)));

/** A log that `vitrine pull` brought, with the items that it brought or others. */
async function importLog({ in: input = [], items, out }: Options): Promise<ImportReport> {
  const [log, another] = input;
  if (log === undefined || another !== undefined) throw new Failure('usage', 'A log is one directory.', 'Give it with --in DIR.');
  const catalogue = await readCatalogue(items ?? log);
  return createProgress().step('Import the log', () => logToDataset({ log, items: catalogue, out }));
}

async function importTables(options: Options): Promise<ImportReport> {
  const input = options.in ?? [];
  const format = options.format === logFormat ? undefined : options.format;
  return importData({
    format: format ?? detectFormat(options),
    input,
    items: options.items,
    events: options.events,
    map: options.map,
    defaultType: options.type,
    out: options.out,
    nowMs: Date.now(),
    progress: createProgress(),
  });
}

function detectFormat({ in: input = [], events = [] }: Options): ImportFormat {
  const [first] = [...input, ...events];
  if (first === undefined) throw new Failure('usage', 'Nothing to import.', 'Give --in DIR, or --events FILE and --items FILE.');
  if (!existsSync(first)) throw new Failure('bad-input', `${first}: no such file or directory.`);
  const found = detectInput(first);
  if (found === 'dataset') throw new Failure('bad-input', `${first} is a data set already.`);
  if (found) return found;
  if (/\.(ndjson|jsonl)$/.test(first)) return 'ndjson';
  if (/\.(csv|tsv)$/.test(first)) return 'csv';
  throw new Failure('usage', `${first}: the format cannot be told.`, `Say --format ${importFormats.join('|')}.`);
}

function describe(report: ImportReport, seconds: number): string[] {
  const codes = Object.entries(report.rejectedByCode).map(([code, count]) => `${code} ${formatCount(count)}`);
  const why = codes.length > 0 ? ` (${codes.join(', ')}; see ${datasetFiles.rejected})` : '';
  return [
    `${report.out}: ${formatCount(report.items)} items, ${formatCount(report.events)} events in ${seconds.toFixed(1)} s`,
    `from ${formatTime(report.fromMs)} through ${formatTime(report.throughMs)} UTC`,
    `rejected rows: ${formatCount(report.rejected)}${why}`,
  ];
}
