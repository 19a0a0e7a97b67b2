import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** wrangler takes 2 to 3 s on a quiet machine; this is for a busy one. */
const readyDeadlineMs = 90_000;
const stopDeadlineMs = 5_000;
const pollMs = 150;

export interface LocalWorkerOptions {
  readonly root: string;
  readonly port: number;
  /** Where KV, R2, D1, Queues and Durable Objects keep their local state. */
  readonly stateFolder: string;
}

export interface LocalWorker {
  readonly url: string;
  /** Ends wrangler and the workerd below it; resolves when both are gone. */
  stop(): Promise<void>;
  /** Settles when wrangler ends by itself, with what it last printed. */
  readonly ended: Promise<string>;
}

const wranglerPath = (root: string) => join(root, 'node_modules', 'wrangler', 'bin', 'wrangler.js');

/** Runs a wrangler command to its end. @throws Error with its output when it fails. */
export async function runWrangler(root: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [wranglerPath(root), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collect(child);
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`wrangler ${args.join(' ')} failed:\n${output()}`);
}

/** Starts the Worker under `wrangler dev` with local bindings and waits until it answers. */
export async function startWorker(options: LocalWorkerOptions): Promise<LocalWorker> {
  const { root, port, stateFolder } = options;
  const args = [
    'dev',
    '--local',
    '--ip',
    '127.0.0.1',
    '--port',
    String(port),
    '--persist-to',
    stateFolder,
    '--show-interactive-dev-session=false',
  ];
  // A process group of its own: Ctrl-C reaches this process alone, which then ends wrangler and workerd in order.
  const child = spawn(process.execPath, [wranglerPath(root), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const output = collect(child);
  const ended = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', () => resolve(output()));
  });
  const url = `http://127.0.0.1:${port}`;
  const worker: LocalWorker = { url, ended, stop: () => stopGroup(child, ended) };
  let failure: string | undefined;
  void ended.then((text) => {
    failure = text;
  });
  const deadline = Date.now() + readyDeadlineMs;
  while (!(await answers(`${url}/v1/health`))) {
    if (failure !== undefined) throw new Error(`wrangler dev ended before the Worker answered:\n${failure}`);
    if (Date.now() > deadline) {
      await worker.stop();
      throw new Error(`the Worker did not answer on ${url} within ${readyDeadlineMs / 1000} s:\n${output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return worker;
}

/** Keeps the last lines of a child's output for error messages. */
function collect(child: ChildProcess): () => string {
  let text = '';
  const add = (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-4000);
  };
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return () => text.trim();
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.status < 500;
  } catch {
    return false;
  }
}

async function stopGroup(child: ChildProcess, ended: Promise<string>): Promise<void> {
  const group = child.pid;
  if (group === undefined) return;
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-group, name);
      return true;
    } catch {
      return false; // the group is empty: every process of it has ended
    }
  };
  signal('SIGTERM');
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, stopDeadlineMs))]);
  signal('SIGKILL');
}
