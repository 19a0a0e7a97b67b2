import type { Command } from 'commander';
import { isSiteId } from '../../shared/contract/id.ts';
import { Failure } from '../failure.ts';
import { createProgress } from '../progress.ts';
import { type PulledTable, type PullReport, pullLog } from '../pull/pull.ts';
import { httpLogSource } from '../pull/source.ts';
import type { PublishTarget } from '../release/admin.ts';
import { formatCount, printResult } from '../result.ts';

interface Options {
  readonly from: string;
  readonly token?: string;
  readonly site: string;
  readonly out: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('pull')
    .description('Bring the log of a site here as Parquet, one file per hour. Run it again to bring what is new.')
    .requiredOption('--from <url>', 'address of the Worker, for example http://127.0.0.1:8787')
    .option('--token <token>', 'admin token (default: environment VITRINE_ADMIN_TOKEN)')
    .option('--site <name>', 'site whose log it is', 'demo')
    .requiredOption('--out <dir>', 'log directory; made, or continued')
    .option('--json', 'print the counts as JSON')
    .action(pull);
}

async function pull({ from, token, site, out, json }: Options): Promise<void> {
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort(new Failure('failed', 'interrupted; run it again to go on')));
  const startedMs = performance.now();
  const source = httpLogSource(targetOf(from, token, site), { signal: stopping.signal });
  const report = await pullLog({ source, site, out, progress: createProgress() });
  const seconds = Math.round(performance.now() - startedMs) / 1000;
  printResult(json, { ...report, seconds }, describe(report, seconds));
}

/** The site of a deployment that options name. @throws Failure `usage` */
export function targetOf(url: string, token = process.env.VITRINE_ADMIN_TOKEN, site = 'demo'): PublishTarget {
  if (!token) throw new Failure('usage', 'no admin token', 'Give --token, or set VITRINE_ADMIN_TOKEN.');
  if (!isSiteId(site)) throw new Failure('usage', `${site} is no site name`, 'A site is 1 to 63 of a-z, 0-9 and -.');
  return { url, token, site };
}

const describe = ({ out, site, event, slate }: PullReport, seconds: number): string[] => [
  `${out}: the log of ${site} in ${seconds.toFixed(1)} s`,
  `events: ${describeTable(event)}`,
  `slates: ${describeTable(slate)}`,
];

function describeTable({ rows, hours, fetched, duplicates, forgotten, invalid }: PulledTable): string {
  const dropped = Object.entries({ duplicates, forgotten, invalid }).map(([name, count]) => `${name} ${formatCount(count)}`);
  return `${formatCount(rows)} in ${formatCount(hours)} hours (${formatCount(fetched)} objects fetched now; dropped: ${dropped.join(', ')})`;
}
