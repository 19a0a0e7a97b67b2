import type { Command } from 'commander';
import { isSiteId } from '../../shared/contract/id.ts';
import { Failure } from '../failure.ts';
import { createProgress } from '../progress.ts';
import { publishRelease } from '../release/publish.ts';

interface Options {
  readonly release: string;
  readonly to: string;
  readonly token?: string;
  readonly site: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command('publish')
    .description('send a release to a Worker and make it live')
    .requiredOption('--release <dir>', 'release directory, as `vitrine train` writes it')
    .requiredOption('--to <url>', 'address of the Worker, for example http://127.0.0.1:8787')
    .option('--token <token>', 'admin token (default: environment VITRINE_ADMIN_TOKEN)')
    .option('--site <name>', 'site to publish to', 'demo')
    .option('--json', 'print the result as one line of JSON')
    .action(publish);
}

async function publish({ release: folder, to, token = process.env.VITRINE_ADMIN_TOKEN, site, json }: Options): Promise<void> {
  if (!token) throw new Failure('usage', 'no admin token', 'Give --token, or set VITRINE_ADMIN_TOKEN.');
  if (!isSiteId(site)) throw new Failure('usage', `${site} is no site name`, 'A site is 1 to 63 of a-z, 0-9 and -.');
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort(new Failure('failed', 'interrupted; what was live stays live')));
  const published = await createProgress().step('Publish', (say) =>
    publishRelease({ url: to, token, site }, folder, { say, signal: stopping.signal }),
  );
  const { release, version, unchanged, filesSent } = published;
  if (json) process.stdout.write(`${JSON.stringify(published)}\n`);
  else
    process.stdout.write(
      unchanged
        ? `Release ${release.slice(0, 12)} is live on ${site} already (plan version ${version}).\n`
        : `Release ${release.slice(0, 12)} is live on ${site} (plan version ${version}, ${filesSent} files sent).\n`,
    );
}
