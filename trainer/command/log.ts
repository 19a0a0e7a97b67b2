import type { Command } from 'commander';
import { readLogInfo } from '../log/layout.ts';
import { writeRejected } from '../log/rejected.ts';
import { type Accounts, type LogSummary, summariseLog, type Volume } from '../log/summary.ts';
import { compactLog } from '../pull/compact.ts';
import { httpLogSource } from '../pull/source.ts';
import { formatCount, printResult } from '../result.ts';
import { targetOf } from './target.ts';

interface Options {
  readonly hours?: boolean;
  readonly json?: boolean;
}

interface CompactOptions {
  readonly from?: string;
  readonly token?: string;
}

export function register(program: Command): void {
  const log = program
    .command('log')
    .description('Say what is in a log that `vitrine pull` brought here.')
    .argument('<dir>', 'log directory')
    .option('--hours', 'volume by hour, not by day')
    .option('--json', 'print the summary as JSON')
    .action(async (directory: string, options: Options) => {
      const summary = await summariseLog(directory);
      printResult(options.json, { directory, ...summary }, describe(directory, summary, options.hours === true));
    });
  log
    .command('compact')
    .description('Check every file of a log against its SHA-256, and make one of hours that hold several.')
    .argument('<dir>', 'log directory')
    .option('--from <url>', 'Worker that the log is of: remove the objects there that hold rows of forgotten visitors')
    .option('--token <token>', 'admin token (default: environment VITRINE_ADMIN_TOKEN)')
    .option('--json', 'print the counts as JSON')
    .action(async (directory: string, { from, token }: CompactOptions, command: Command) => {
      const { site } = await readLogInfo(directory);
      const store = from === undefined ? undefined : httpLogSource(targetOf(from, token, site));
      const report = await compactLog(directory, store);
      const { json } = command.optsWithGlobals<Options>();
      printResult(json, { directory, ...report }, [
        `${directory}: ${formatCount(report.checked)} files are as they were written, ${formatCount(report.compacted)} hours compacted`,
        `${formatCount(report.rows.event)} events, ${formatCount(report.rows.slate)} slates`,
        ...(report.erased
          ? [
              `forgotten visitors: ${formatCount(report.erased.removed)} of ${formatCount(report.erased.examined)} objects removed from the Worker, ${formatCount(report.erased.kept)} kept until the rest of them is here`,
            ]
          : []),
      ]);
    });
  log
    .command('rejected')
    .description('Write what was refused as NDJSON: repair `original` of each line, then `vitrine events replay`.')
    .argument('<dir>', 'log directory')
    .requiredOption('--out <file>', 'file to write')
    .option('--json', 'print the count as JSON')
    .action(async (directory: string, { out }: { out: string }, command: Command) => {
      const records = await writeRejected(directory, out);
      const { json } = command.optsWithGlobals<Options>();
      printResult(json, { directory, out, records }, [`${out}: ${formatCount(records)} records`]);
    });
}

function describe(directory: string, summary: LogSummary, byHour: boolean): string[] {
  const {
    event,
    slate,
    rejected,
    rejectedEvents,
    byType,
    bySurface,
    users,
    sessions,
    latenessMs,
    overAnHourLate,
    verifiedShare,
    gaps,
  } = summary;
  const pairs = (record: Readonly<Record<string, number>>) =>
    Object.entries(record)
      .map(([name, count]) => `${name} ${formatCount(count)}`)
      .join(', ');
  return [
    `${directory}: the log of ${summary.site}`,
    `${formatCount(event.rows)} events of ${formatCount(users)} visitors in ${formatCount(sessions)} sessions${event.rows > 0 ? `: ${pairs(byType)}` : ''}`,
    ...(event.rows > 0 ? [`by surface: ${pairs(bySurface)}`] : []),
    `${formatCount(slate.rows)} slates`,
    `dropped events: ${dropped(event)}; slates: ${dropped(slate)}`,
    `refused: ${formatCount(rejectedEvents)} events; ${formatCount(rejected.rows)} batches and messages are kept${rejected.rows > 0 ? ' (vitrine log rejected)' : ''}`,
    ...(latenessMs
      ? [
          `received after: median ${duration(latenessMs.p50)}, 90 % ${duration(latenessMs.p90)}, 99 % ${duration(latenessMs.p99)}, all ${duration(latenessMs.max)}; over an hour ${percent(overAnHourLate)}`,
        ]
      : []),
    ...(verifiedShare === undefined
      ? []
      : [`proven by a slate's token: ${percent(verifiedShare)} of the events that name a slate`]),
    `hours without events: ${gaps.length === 0 ? 'none' : `${formatCount(gaps.length)} (${gaps.slice(0, 6).join(', ')}${gaps.length > 6 ? ' …' : ''})`}`,
    '',
    ...table(byHour ? summary.hours : summary.days, byHour ? 'hour' : 'day'),
  ];
}

const dropped = ({ duplicates, forgotten, invalid }: Accounts): string =>
  `duplicates ${formatCount(duplicates)}, forgotten ${formatCount(forgotten)}, invalid ${formatCount(invalid)}`;

const percent = (share = 0): string => `${(100 * share).toFixed(1)} %`;

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

function duration(ms: number): string {
  const [name, unit] = units.find(([, length]) => ms >= length) ?? ['ms', 1];
  return `${unit === 1 ? ms : (ms / unit).toFixed(1)} ${name}`;
}

function table(volumes: readonly Volume[], name: string): string[] {
  const columns = ['events', 'impressions', 'slates', 'users'] as const;
  const rows = [
    [name, ...columns],
    ...volumes.map((volume) => [volume.at, ...columns.map((column) => formatCount(volume[column]))]),
  ];
  const widths = rows[0]?.map((_, c) => Math.max(...rows.map((row) => row[c]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c] ?? 0) : cell.padStart(widths[c] ?? 0))).join('  '),
  );
}
