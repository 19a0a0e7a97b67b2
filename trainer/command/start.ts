import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, InvalidArgumentError } from 'commander';
import { Failure } from '../failure.ts';
import { detectInput } from '../import/detect.ts';
import { createProgress } from '../progress.ts';
import { goLive } from '../start/live.ts';
import { isPortFree } from '../start/port.ts';
import { prepareData, prepareRelease, type RunVerb } from '../start/release.ts';
import { ensureSecrets } from '../start/secret.ts';
import { buildSite, isBuildStale } from '../start/site.ts';
import { runWrangler, startWorker } from '../start/worker.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const site = 'demo';
/** Exit code when a signal came before the site was ready; afterwards Ctrl-C is the ordinary end and the code is 0. */
const interrupted = 130;

interface StartOptions {
  readonly data?: string;
  readonly port: number;
  readonly state: string;
  readonly config: string;
  readonly json?: boolean;
}

function port(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65535)
    throw new InvalidArgumentError('a port is a whole number from 1 to 65535.');
  return value;
}

export function register(program: Command): void {
  program
    .command('start')
    .description('build, start the Worker locally, train and publish a release if none is live, and serve the demo site')
    .option('--data <dir>', 'data to run on: a data set, or files that `vitrine import` reads (default: a simulated shop)')
    .option('--port <number>', 'port of the site', port, 8787)
    .option('--state <dir>', 'where local stores, data and releases are kept', join(root, '.vitrine'))
    .option('--config <file>', 'configuration', join(root, 'vitrine.config.ts'))
    .option('--json', 'print one JSON line with the URL when the site is ready')
    .action(start);
}

async function start(options: StartOptions): Promise<void> {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  const progress = createProgress();

  if (!(await isPortFree(options.port))) {
    throw new Failure(
      'usage',
      `port ${options.port} is in use`,
      `Stop what listens there, or choose another: npm start -- --port ${options.port + 1}`,
    );
  }
  const source = options.data === undefined ? undefined : inputOf(options.data);
  const stateFolder = resolve(options.state);
  const stores = join(stateFolder, 'stores');
  mkdirSync(stores, { recursive: true });
  const { adminToken } = ensureSecrets(join(root, '.dev.vars'));

  if (isBuildStale(root)) await progress.step('Build kernels, client and demo site', () => buildSite(root));
  await progress.step('Prepare the local database', () =>
    runWrangler(root, ['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', stores]),
  );
  const worker = await progress.step('Start the Worker', () => startWorker({ root, port: options.port, stateFolder: stores }));
  const runVerb =
    (say: (text: string) => void): RunVerb =>
    (args) =>
      verb(args, stopping.signal, say);
  let ready = false;
  try {
    const data = await progress.step('Prepare data', (say) => prepareData(source, stateFolder, runVerb(say)));
    const release = await progress.step('Train a release', (say) =>
      prepareRelease(data.folder, options.config, stateFolder, runVerb(say)),
    );
    const target = { url: worker.url, token: adminToken, site };
    const live = await progress.step('Publish', () => goLive({ ...target, root, release: release.folder }));
    announce(worker.url, live.release, options.json === true);
    ready = true;
    const failure = await Promise.race([worker.ended, aborted(stopping.signal)]);
    if (failure !== undefined) throw new Failure('failed', `the Worker ended unexpectedly:\n${failure}`);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    await worker.stop();
  }
  process.exitCode = ready ? 0 : interrupted;
}

function inputOf(folder: string) {
  const format = detectInput(folder);
  if (format) return { folder, format };
  throw new Failure(
    'bad-input',
    `${folder} is neither a data set nor something to import`,
    'Expected dataset.json, or ratings.csv and movies.csv (MovieLens), or items and events as .csv or .ndjson; see docs/data.md.',
  );
}

function announce(url: string, release: string, json: boolean): void {
  process.stderr.write(`\n  Open ${url}\n  Release ${release.slice(0, 12)} is live. Ctrl-C stops everything.\n\n`);
  if (json) process.stdout.write(`${JSON.stringify({ url, site, release })}\n`);
}

const aborted = (signal: AbortSignal) =>
  new Promise<undefined>((done) => {
    if (signal.aborted) done(undefined);
    else signal.addEventListener('abort', () => done(undefined), { once: true });
  });

/** Runs `vitrine <args> --json` as a child: its progress lines become this step's, its last line of output is the answer. */
function verb(args: readonly string[], signal: AbortSignal, say: (text: string) => void): Promise<Record<string, unknown>> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [...process.execArgv, join(root, 'trainer', 'cli.ts'), ...args, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, VITRINE_PROGRESS: 'lines' },
      signal,
    });
    let output = '';
    let messages = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      messages = (messages + chunk.toString()).slice(-4000);
      say(messages.trimEnd().split('\n').at(-1) ?? '');
    });
    child.on('error', fail);
    child.on('close', (code) => {
      if (code !== 0) return fail(new Failure('failed', `vitrine ${args[0]} failed (exit ${code}):\n${messages.trim()}`));
      done(JSON.parse(output.trim().split('\n').at(-1) ?? '{}') as Record<string, unknown>);
    });
  });
}
