import type { Command } from 'commander';
import { forgetUser } from '../pull/repair.ts';
import { formatTime, printResult } from '../result.ts';
import { targetOf } from './target.ts';

interface Options {
  readonly to: string;
  readonly token?: string;
  readonly site: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('users')
    .description('What a site knows of its visitors.')
    .command('delete')
    .description('Forget a visitor up to now: profile and log. Rows that were pulled go with the next `vitrine pull`.')
    .argument('<user>', 'user key')
    .requiredOption('--to <url>', 'address of the Worker, for example http://127.0.0.1:8787')
    .option('--token <token>', 'admin token (default: environment VITRINE_ADMIN_TOKEN)')
    .option('--site <name>', 'site whose visitor it is', 'demo')
    .option('--json', 'print the answer as JSON')
    .action(async (user: string, { to, token, site, json }: Options) => {
      const forgotten = await forgetUser(targetOf(to, token, site), user);
      printResult(json, forgotten, [
        `Forgotten up to ${formatTime(forgotten.untilMs)} UTC. Run \`vitrine pull\` to drop the rows that are here.`,
      ]);
    });
}
