import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const wrangler = join(root, 'node_modules', 'wrangler', 'bin', 'wrangler.js');
const readyMs = 90_000;
const stopMs = 3000;

export interface BenchWorker {
  readonly url: string;
  readonly token: string;
  /** The process group, to account its CPU time. */
  readonly group: number;
  /** Ends wrangler and workerd; resolves when both are gone. */
  stop(): Promise<void>;
}

/**
 * The Worker as it would be deployed, under `wrangler dev` on loopback, with stores and secrets of its own in `folder`. It is bundled there first: a server that
 * watches the sources would restart in the middle of a measurement when one changes.
 * @param entry Another Worker over the same bindings; it answers "hello" at /v1/hello.
 */
export async function startBenchWorker(folder: string, port: number, entry = 'edge/worker.ts'): Promise<BenchWorker> {
  const config = await bundle(folder, entry);
  const token = randomBytes(24).toString('base64url');
  const variables = join(folder, 'bench.vars');
  await writeFile(variables, `ADMIN_TOKEN="${token}"\nSIGNING_KEYS="bench:${randomBytes(32).toString('base64')}"\n`, {
    mode: 0o600,
  });
  const stores = join(folder, 'stores');
  await wranglerOnce('d1', 'migrations', 'apply', 'DB', '--local', `--config=${config}`, `--persist-to=${stores}`);
  const child = spawnWrangler([
    'dev',
    `--config=${config}`,
    '--local',
    '--ip=127.0.0.1',
    `--port=${port}`,
    '--inspector-port=0',
    `--persist-to=${stores}`,
    `--env-file=${variables}`,
    '--log-level=error',
    '--show-interactive-dev-session=false',
  ]);
  const output = collect(child);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  const group = child.pid as number;
  const stop = async () => {
    if (child.exitCode === null) signalGroup(group, 'SIGTERM');
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, stopMs))]);
    signalGroup(group, 'SIGKILL');
  };
  const endAtExit = () => signalGroup(group, 'SIGKILL');
  process.once('exit', endAtExit);
  for (const deadline = Date.now() + readyMs; ; ) {
    if (await answers(`${url}/v1/hello`)) return { url, token, group, stop };
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`the Worker did not start:\n${output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function spawnWrangler(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [wrangler, ...args], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CI: '1',
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_SEND_ERROR_REPORTS: 'false',
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
    },
  });
}

/** Runs a wrangler command to its end. */
async function wranglerOnce(...args: readonly string[]): Promise<void> {
  const child = spawnWrangler(args);
  const output = collect(child);
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`wrangler ${args.join(' ')} failed:\n${output()}`);
}

/** What `wrangler deploy` would send, and a configuration that runs it as it is. */
async function bundle(folder: string, entry: string): Promise<string> {
  const bundled = join(folder, 'bundle');
  await wranglerOnce('deploy', join(root, entry), '--dry-run', `--outdir=${bundled}`);
  const source = await readFile(join(root, 'wrangler.toml'), 'utf8');
  const config = source
    .replace(
      /^main = .*$/m,
      `main = ${JSON.stringify(join(bundled, `${basename(entry, '.ts')}.js`))}\nno_bundle = true\nfind_additional_modules = true`,
    )
    .replace(/^(directory|migrations_dir) = "(.*)"$/gm, (_, name, path) => `${name} = ${JSON.stringify(join(root, path))}`);
  const file = join(folder, 'wrangler.toml');
  await writeFile(file, `${config}\n[[rules]]\ntype = "CompiledWasm"\nglobs = ["**/*.wasm"]\n`);
  return file;
}

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-4000);
    });
  return () => text.trim();
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // Every process of the group has ended.
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    return (await response.text()) === 'hello';
  } catch {
    return false;
  }
}

/** A port that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
