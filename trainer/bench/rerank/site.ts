import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { attentionModel, denseModel, dinModel, treesModel } from './models.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

export interface BenchSite {
  readonly url: string;
  close(): Promise<void>;
}

/** Builds the page and its worker into a folder of its own and serves it on a free port of 127.0.0.1. */
export async function serveBenchSite(): Promise<BenchSite> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-rerank-'));
  await build({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(new URL('.', import.meta.url)),
    build: { outDir: folder, emptyOutDir: true, target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 20_000 },
    worker: { format: 'es' },
  });
  const kernel = (name: string) => readFile(new URL(`../../../dist/kernel/${name}.wasm`, import.meta.url));
  await Promise.all([
    writeFile(join(folder, 'rank.wasm'), await kernel('rank')),
    writeFile(join(folder, 'dense.wasm'), await kernel('dense')),
    writeFile(join(folder, 'dense.onnx'), denseModel()),
    writeFile(join(folder, 'trees.onnx'), treesModel()),
    writeFile(join(folder, 'attention.onnx'), attentionModel()),
    writeFile(join(folder, 'din.onnx'), dinModel()),
  ]);
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const stream = createReadStream(join(folder, path === '/' ? 'index.html' : path));
    stream.on('error', () => response.writeHead(404).end());
    stream.on('open', () => {
      // Cross-origin isolation makes the clock 20 times finer.
      response.writeHead(200, {
        'content-type': types[extname(path) || '.html'] ?? 'application/octet-stream',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      });
      stream.pipe(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
