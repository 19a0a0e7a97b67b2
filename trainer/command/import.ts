import { existsSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { type EventType, eventTypes } from '../../shared/contract/event.ts';
import { Failure } from '../failure.ts';
import { detectInput, type ImportFormat, importFormats } from '../import/detect.ts';
import { type ImportReport, importData } from '../import/import.ts';
import { datasetFiles } from '../log/dataset.ts';
import { createProgress } from '../progress.ts';
import { formatCount, formatTime, printResult } from '../result.ts';

interface Options {
  format?: ImportFormat;
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
    .description('Make a data set of MovieLens, CSV or NDJSON files. Rows that cannot be used are kept in rejected.ndjson.')
    .addOption(new Option('--format <format>', 'default: what --in looks like').choices(importFormats))
    .option('--in <path...>', 'directory with items and events files, or the files')
    .option('--items <file>', 'catalogue; without one, items are made from the events')
    .option('--events <file...>', 'event log, one file or several')
    .option('--map <field=column...>', 'columns under other names, or a JSON file of them (docs/data.md)')
    .addOption(new Option('--type <type>', 'type of events that do not say it').choices(eventTypes))
    .requiredOption('--out <dir>', 'data set to make; an existing one is replaced')
    .option('--json', 'print the counts as JSON')
    .action(run);
}

async function run(options: Options): Promise<void> {
  const startedMs = performance.now();
  const input = options.in ?? [];
  const report = await importData({
    format: options.format ?? detectFormat(options),
    input,
    items: options.items,
    events: options.events,
    map: options.map,
    defaultType: options.type,
    out: options.out,
    nowMs: Date.now(),
    progress: createProgress(),
  });
  const seconds = Math.round(performance.now() - startedMs) / 1000;
  printResult(options.json, { ...report, seconds }, describe(report, seconds));
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
