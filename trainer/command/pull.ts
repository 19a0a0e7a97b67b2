import type { Command } from 'commander';
import { Failure } from '../failure.ts';
import { createProgress } from '../progress.ts';
import { pullFeatureSets } from '../pull/feature-sets.ts';
import { pullItems } from '../pull/items.ts';
import { type PulledTable, type PullReport, pullLog } from '../pull/pull.ts';
import { httpLogSource } from '../pull/source.ts';
import { formatCount, printResult } from '../result.ts';
import { targetOf } from './target.ts';

interface Options {
  readonly from: string;
  readonly token?: string;
  readonly site: string;
  readonly out: string;
  readonly items?: boolean;
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
    .option('--items', 'bring the items of the live release too, as items.json: what `vitrine import --format log` needs')
    .option('--json', 'print the counts as JSON')
    .action(pull);
}

async function pull({ from, token, site, out, items, json }: Options): Promise<void> {
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort(new Failure('failed', 'interrupted; run it again to go on')));
  const startedMs = performance.now();
  const target = targetOf(from, token, site);
  const { signal } = stopping;
  const progress = createProgress();
  const report = await pullLog({ source: httpLogSource(target, { signal }), site, out, progress });
  const sets = await progress.step('Pull feature sets', () => pullFeatureSets(target, out, { signal }));
  const live = items ? await progress.step('Pull items', () => pullItems(target, out, { signal })) : undefined;
  const seconds = Math.round(performance.now() - startedMs) / 1000;
  printResult(json, { ...report, featureSets: sets, ...(live && { live }), seconds }, [
    ...describe(report, seconds),
    ...(sets.missing.length > 0
      ? [
          `feature sets that no release has any more: ${sets.missing.join(', ')}; served values of their slates cannot be trained on`,
        ]
      : []),
    ...(live ? [`items: ${formatCount(live.items)} of release ${live.release.slice(0, 12)}`] : []),
  ]);
}

const describe = ({ out, site, event, slate, rejected }: PullReport, seconds: number): string[] => [
  `${out}: the log of ${site} in ${seconds.toFixed(1)} s`,
  `events: ${describeTable(event)}`,
  `slates: ${describeTable(slate)}`,
  `refused batches: ${describeTable(rejected)}`,
];

function describeTable({ rows, hours, fetched, duplicates, forgotten, invalid }: PulledTable): string {
  const dropped = Object.entries({ duplicates, forgotten, invalid }).map(([name, count]) => `${name} ${formatCount(count)}`);
  return `${formatCount(rows)} in ${formatCount(hours)} hours (${formatCount(fetched)} objects fetched now; dropped: ${dropped.join(', ')})`;
}
