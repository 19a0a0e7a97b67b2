import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestId } from '../../shared/release/manifest.ts';
import { syntheticRelease } from '../bench/recommend/release.ts';
import { type BenchWorker, freePort, startBenchWorker } from '../bench/recommend/worker.ts';
import { publishEngine, publishRelease } from './publish.ts';
import { refreshItems } from './refresh.ts';
import { writeRelease } from './write.ts';

type Fault = 'drop' | 'busy' | 'late-drop' | undefined;
interface Proxy {
  readonly url: string;
  /** What happens to the n-th request. 'drop': it never arrives. 'late-drop': it does, and its answer is lost. 'busy': 503. */
  fault: (n: number, request: IncomingMessage) => Fault | Promise<Fault>;
  count: number;
  close(): void;
}

/** The real Worker on loopback, behind a proxy that can break. */
let worker: BenchWorker;
let folder: string;
let proxy: Proxy;
const pausesMs = [1, 1, 1];
const releases: { readonly folder: string; readonly id: string }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vitrine-publish-'));
  for (const seed of [1, 2]) {
    const release = await syntheticRelease({ items: 60, dim: 8, neighbours: 5, seed });
    const target = join(folder, `release-${seed}`);
    await mkdir(target);
    await writeRelease(target, release);
    releases.push({ folder: target, id: manifestId(release.manifest) });
  }
  worker = await startBenchWorker(folder, await freePort());
  proxy = await startProxy(worker.url);
}, 120_000);

afterAll(async () => {
  proxy?.close();
  await worker?.stop();
  await rm(folder, { recursive: true, force: true });
});

const [first, second] = [() => releases[0]!, () => releases[1]!];
const target = (site: string, url = proxy.url) => ({ url, token: worker.token, site });
const live = async (site: string) => {
  const response = await fetch(`${worker.url}/v1/admin/sites/${site}/plan`, {
    headers: { authorization: `Bearer ${worker.token}` },
  });
  const plan = (await response.json()) as { version: number; arms: { release: string }[] };
  return { version: plan.version, releases: plan.arms.map(({ release }) => release) };
};

describe('publish', () => {
  it('makes a release live, sends nothing twice, and goes on to the next', async () => {
    const published = await publishRelease(target('steps'), first().folder);
    expect(published).toMatchObject({ release: first().id, version: 1, unchanged: false, filesSent: 9 });
    expect(await publishRelease(target('steps'), first().folder)).toMatchObject({ version: 1, unchanged: true, filesSent: 0 });
    const next = await publishRelease(target('steps'), second().folder);
    expect(next).toMatchObject({ release: second().id, version: 2, unchanged: false });
    expect(next.filesSent).toBeLessThan(9);
    const answer = await fetch(`${worker.url}/v1/recommend?site=steps&surface=home`);
    expect(await answer.json()).toMatchObject({ release: second().id, degraded: [] });
    expect(await refreshItems(target('steps'))).toEqual([]);
    // Back again: the same call.
    expect(await publishRelease(target('steps'), first().folder)).toMatchObject({ version: 3, filesSent: 0 });
    expect(await live('steps')).toEqual({ version: 3, releases: [first().id] });
  });

  it('sends the lists that devices search, before the release that names them', async () => {
    const release = await syntheticRelease({ items: 60, dim: 8, neighbours: 5, seed: 3, private: true });
    const own = join(folder, 'private');
    await mkdir(own);
    await writeRelease(own, release);
    const lists = [...(release.lists ?? new Map()).keys()];
    expect(lists.length).toBeGreaterThan(5);
    expect(await publishRelease(target('lists'), own)).toMatchObject({ filesSent: 10 + lists.length });
    expect(await publishRelease(target('lists'), own)).toMatchObject({ filesSent: 0, unchanged: true });
    const pack = await (await fetch(`${worker.url}/v1/recommend?site=lists&surface=home`)).json();
    expect(pack).toMatchObject({ degraded: [], private: { limit: 100 } });
    const [list = ''] = lists;
    const file = await fetch(`${worker.url}/v1/files/${list}?site=lists`);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(release.lists?.get(list));
  });

  it('may stop at any request: what was live stays live, and the next run finishes', async () => {
    await publishRelease(target('stop'), first().folder);
    for (let n = 0; ; n++) {
      const start = proxy.count;
      proxy.fault = (at) => (at - start > n ? 'drop' : undefined);
      const outcome = await publishRelease(target('stop'), second().folder, { pausesMs: [] }).catch((error) => error);
      proxy.fault = () => undefined;
      const now = await live('stop');
      if (!(outcome instanceof Error)) {
        expect(now).toEqual({ version: 2, releases: [second().id] });
        expect(n).toBeGreaterThan(9);
        return;
      }
      expect(outcome).toMatchObject({ name: 'Failure', code: 'unreachable' });
      expect(now).toEqual({ version: 1, releases: [first().id] });
    }
  });

  it('tries again when an answer is lost or the Worker is busy', async () => {
    proxy.fault = (n) => (['drop', undefined, 'busy', undefined, 'late-drop', undefined] as const)[n % 6];
    const published = await publishRelease(target('shaky'), first().folder, { pausesMs });
    proxy.fault = () => undefined;
    expect(published).toMatchObject({ release: first().id, version: 1 });
    expect(await live('shaky')).toEqual({ version: 1, releases: [first().id] });
  });

  it('takes its own change for its own when only the answer to it was lost', async () => {
    proxy.fault = (_, { method, url }) => (method === 'PUT' && url?.endsWith('/plan') && !lost++ ? 'late-drop' : undefined);
    let lost = 0;
    expect(await publishRelease(target('lost'), first().folder, { pausesMs })).toMatchObject({ version: 1 });
    proxy.fault = () => undefined;
    expect(lost).toBe(1 + 1);
  });

  it('never overwrites what someone else published meanwhile', async () => {
    proxy.fault = async (_, { method, url }) => {
      if (method === 'PUT' && url?.endsWith('/plan')) await publishRelease(target('race', worker.url), second().folder);
      return undefined;
    };
    const slow = publishRelease(target('race'), first().folder, { pausesMs });
    await expect(slow).rejects.toMatchObject({ code: 'refused', message: expect.stringContaining('was changed meanwhile') });
    proxy.fault = () => undefined;
    expect(await live('race')).toEqual({ version: 1, releases: [second().id] });
  });

  it('says what is wrong in words', async () => {
    const publish = (more: object) => publishRelease({ ...target('words'), ...more }, first().folder, { pausesMs: [] });
    await expect(publish({ token: 'wrong' })).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('unauthorized'),
    });
    await expect(publish({ url: 'http://127.0.0.1:1' })).rejects.toMatchObject({ code: 'unreachable' });
    await expect(publish({ url: 'nowhere' })).rejects.toMatchObject({ code: 'usage' });
    await expect(publishRelease(target('words'), join(folder, 'absent'))).rejects.toMatchObject({ code: 'bad-input' });
    const broken = join(folder, 'broken');
    await mkdir(broken);
    await writeFile(join(broken, 'manifest.json'), '{"format":1}');
    await expect(publishRelease(target('words'), broken)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('format'),
    });
    await writeFile(join(broken, 'manifest.json'), await readFile(join(first().folder, 'manifest.json')));
    for (const name of ['items.json', 'light.onnx']) await writeFile(join(broken, name), 'something else');
    await expect(publishRelease(target('words'), broken)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('items.json'),
    });
    expect(await live('words')).toEqual({ version: 0, releases: [] });
  });

  it('stores an engine once', async () => {
    const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
    await publishEngine(target('any'), 'engine-1.wasm', bytes);
    const before = proxy.count;
    await publishEngine(target('any'), 'engine-1.wasm', bytes);
    expect(proxy.count - before).toBe(1);
    const served = await fetch(`${worker.url}/v1/engine/engine-1.wasm`);
    expect(new Uint8Array(await served.arrayBuffer())).toEqual(bytes);
  });
});

describe('vitrine delta', () => {
  it('makes and publishes what has changed; the release that is published next has none', async () => {
    await publishRelease(target('delta'), first().folder);
    const items = join(folder, 'items.ndjson');
    await writeFile(items, '{"id":"new","title":"number 7","categories":["Category 3"],"publishedAtMs":1750000000000}\n');
    const call = (...args: string[]) =>
      vitrine(['delta', '--release', first().folder, '--to', worker.url, '--site', 'delta', '--json', ...args], worker.token);
    const made = await call('--items', items, '--partial', '--gone', 'item-3');
    expect(made.code).toBe(0);
    expect(JSON.parse(made.stdout)).toMatchObject({
      added: 1,
      removed: 1,
      unplaced: 0,
      published: { version: 2, unchanged: false },
    });
    const status = async (id: string) => (await fetch(`${worker.url}/v1/items/${id}?site=delta`)).status;
    expect([await status('new'), await status('item-3'), await status('item-4')]).toEqual([200, 404, 200]);
    const again = await call('--items', items, '--partial', '--gone', 'item-3');
    expect(JSON.parse(again.stdout)).toMatchObject({ published: { version: 2, unchanged: true } });

    await publishRelease(target('delta'), second().folder);
    expect(await status('new')).toBe(404);
    expect((await call('--gone', 'item-3')).code).toBe(1);
    await publishRelease(target('delta'), first().folder);
    expect([await status('new'), await status('item-3')]).toEqual([404, 200]);
    await call('--gone', 'item-3');
    expect(await status('item-3')).toBe(404);
    expect(JSON.parse((await call('--drop')).stdout)).toMatchObject({ delta: null, published: { version: 6 } });
    expect(await status('item-3')).toBe(200);
    expect((await call()).code).toBe(2);
    expect((await call('--items', join(folder, 'absent'))).code).toBe(2);
  }, 60_000);
});

describe('vitrine publish', () => {
  it('prints one line of JSON, and takes the token from the environment', async () => {
    const { stdout, code } = await vitrine(
      ['publish', '--release', first().folder, '--to', worker.url, '--site', 'cli', '--json'],
      worker.token,
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ site: 'cli', release: first().id, version: 1, unchanged: false });
  });

  it('ends with 2 for wrong use and 1 for a refusal', async () => {
    const call = (site: string, token: string) =>
      vitrine(['publish', '--release', first().folder, '--to', worker.url, '--site', site], token);
    expect((await call('cli', '')).code).toBe(2);
    expect((await call('NO', worker.token)).code).toBe(2);
    expect((await call('cli', 'wrong')).code).toBe(1);
  });
});

async function vitrine(args: readonly string[], token: string): Promise<{ stdout: string; code: number | null }> {
  const cli = fileURLToPath(new URL('../cli.ts', import.meta.url));
  const child = spawn(process.execPath, [cli, ...args], {
    env: { ...process.env, VITRINE_ADMIN_TOKEN: token },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { stdout, code };
}

async function startProxy(origin: string): Promise<Proxy> {
  const { hostname, port } = new URL(origin);
  const state: Proxy = { url: '', fault: () => undefined, count: 0, close: () => server.close() };
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const fault = await state.fault(state.count++, incoming);
    if (fault === 'drop') return void incoming.socket.destroy();
    if (fault === 'busy') return void incoming.resume().once('end', () => outgoing.writeHead(503).end());
    const sent = forward(
      { hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers },
      (response) => {
        if (fault === 'late-drop') return void response.resume().once('end', () => incoming.socket.destroy());
        outgoing.writeHead(response.statusCode ?? 500, response.headers);
        response.pipe(outgoing);
      },
    );
    sent.once('error', () => incoming.socket.destroy());
    incoming.pipe(sent);
  };
  const server = createServer((incoming, outgoing) => void handle(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
