import type { Command } from 'commander';
import { refreshItems } from '../release/refresh.ts';
import { formatCount, printResult } from '../result.ts';
import { targetOf } from './target.ts';

interface Options {
  readonly to: string;
  readonly token?: string;
  readonly site: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('refresh')
    .description(
      'Copy what the online store knows of items next to every release with traffic, now; the cron trigger does it every ten minutes.',
    )
    .requiredOption('--to <url>', 'address of the Worker, for example http://127.0.0.1:8787')
    .option('--token <token>', 'admin token (default: environment VITRINE_ADMIN_TOKEN)')
    .option('--site <name>', 'site whose items they are', 'demo')
    .option('--json', 'print the answer as JSON')
    .action(async ({ to, token, site, json }: Options) => {
      const releases = await refreshItems(targetOf(to, token, site));
      const lines = releases.map(({ release, features, items, values }) =>
        features === 0
          ? `${release.slice(0, 12)}: no online features of items.`
          : `${release.slice(0, 12)}: ${features} features of ${formatCount(items)} items in ${values} values.`,
      );
      printResult(json, { site, releases }, lines.length > 0 ? lines : ['No release with traffic has online features of items.']);
    });
}
