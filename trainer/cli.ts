import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { describeFailure, failureCodes, toFailure } from './failure.ts';

/** One verb per file. A verb's file, and what it imports, is loaded only when that verb is asked for. */
interface Verb {
  readonly name: string;
  readonly summary: string;
  load(): Promise<{ register(program: Command): void }>;
}

const verbs: readonly Verb[] = [
  { name: 'import', summary: 'make a data set of MovieLens, CSV or NDJSON files', load: () => import('./command/import.ts') },
  {
    name: 'simulate',
    summary: 'make a data set of a simulated shop, with its truth',
    load: () => import('./command/simulate.ts'),
  },
  { name: 'data', summary: 'say what is in a data set', load: () => import('./command/data.ts') },
  {
    name: 'features',
    summary: 'list features: lineage, placement, freshness and which releases use them',
    load: () => import('./command/features.ts'),
  },
  { name: 'train', summary: 'train and evaluate a release', load: () => import('./command/train.ts') },
  { name: 'evaluate', summary: 'say how good a release is, beside simpler systems', load: () => import('./command/evaluate.ts') },
  { name: 'tune', summary: 'search the settings of a candidate model', load: () => import('./command/tune.ts') },
  {
    name: 'import-model',
    summary: 'put item factors that were trained elsewhere into a release',
    load: () => import('./command/import-model.ts'),
  },
  { name: 'publish', summary: 'send a release to a Worker and make it live', load: () => import('./command/publish.ts') },
  {
    name: 'delta',
    summary: 'add, change and remove items of a live release without training',
    load: () => import('./command/delta.ts'),
  },
  {
    name: 'refresh',
    summary: 'copy online features of items next to the releases that are live',
    load: () => import('./command/refresh.ts'),
  },
  { name: 'pull', summary: 'bring the event and slate log of a site here as Parquet', load: () => import('./command/pull.ts') },
  { name: 'log', summary: 'say what is in a log that was brought here', load: () => import('./command/log.ts') },
  { name: 'skew', summary: 'compare served feature values with values computed again', load: () => import('./command/skew.ts') },
  { name: 'events', summary: 'repair the event log of a site', load: () => import('./command/events.ts') },
  { name: 'users', summary: 'forget a visitor', load: () => import('./command/users.ts') },
  { name: 'start', summary: 'run the demo on this machine', load: () => import('./command/start.ts') },
  { name: 'bench', summary: 'run a benchmark', load: () => import('./command/bench.ts') },
];

/** @param args what stands after the program's name. @returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const program = new Command('vitrine')
    .description('Recommendation and ranking at the edge and in the browser: the trainer.')
    .version(versionOf(), '-V, --version')
    .exitOverride()
    .showHelpAfterError('Add --help to see what is possible.')
    .addHelpText('after', '\nEvery verb takes --json: one JSON object as the last line of standard output.');
  const asked = args.find((arg) => arg !== 'help' && !arg.startsWith('-'));
  for (const verb of verbs) {
    if (verb.name === asked) (await verb.load()).register(program);
    else program.command(verb.name).description(verb.summary);
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    // A verb whose answer is a finding, and a bad one, has set it.
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : failureCodes.usage;
    return report(error, args.includes('--json'));
  }
}

function report(error: unknown, json: boolean): number {
  const failure = toFailure(error);
  process.stderr.write(`${describeFailure(failure)}\n`);
  if (process.env.VITRINE_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  if (json) {
    const { code, message, hint } = failure;
    process.stdout.write(`${JSON.stringify({ error: { code, message, ...(hint && { hint }) } })}\n`);
  }
  return failureCodes[failure.code];
}

function versionOf(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
process.exitCode = await main(process.argv.slice(2));
