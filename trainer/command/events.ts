import type { Command } from 'commander';
import { replayEvents } from '../pull/repair.ts';
import { formatCount, printResult } from '../result.ts';
import { targetOf } from './target.ts';

interface Options {
  readonly to: string;
  readonly token?: string;
  readonly site: string;
  readonly file: string;
  readonly json?: boolean;
}

/** Refused lines that are printed one by one. */
const shownLines = 10;

export function register(program: Command): void {
  program
    .command('events')
    .description('Repair the event log of a site.')
    .command('replay')
    .description(
      'Put events back that were rejected or lost: NDJSON, one event of the log per line. Repeating it changes nothing.',
    )
    .requiredOption('--file <file>', 'events, as they stand in the log')
    .requiredOption('--to <url>', 'address of the Worker, for example http://127.0.0.1:8787')
    .option('--token <token>', 'admin token (default: environment VITRINE_ADMIN_TOKEN)')
    .option('--site <name>', 'site whose log it is', 'demo')
    .option('--json', 'print the counts as JSON')
    .action(replay);
}

async function replay({ to, token, site, file, json }: Options): Promise<void> {
  const report = await replayEvents(targetOf(to, token, site), file);
  const { lines, accepted, duplicates, rejected } = report;
  printResult(json, report, [
    `${formatCount(accepted)} of ${formatCount(lines)} events are in the log of ${site}; copies in the file: ${formatCount(duplicates)}`,
    ...rejected.slice(0, shownLines).map(({ line, code, detail }) => `line ${line}: ${detail} (${code})`),
    ...(rejected.length > shownLines ? [`and ${formatCount(rejected.length - shownLines)} more lines`] : []),
  ]);
  if (rejected.length > 0) process.exitCode = 1;
}
