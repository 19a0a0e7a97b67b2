import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EventBatch } from '../../shared/contract/event.ts';
import type { ReleaseId, SiteId, SlateId } from '../../shared/contract/id.ts';
import { type Pack, packDigestText } from '../../shared/contract/pack.ts';
import { toBase64 } from '../../shared/model/base64.ts';
import { catalogue, genres } from './catalogue.ts';

const site = fileURLToPath(new URL('../../dist/site/', import.meta.url));
const contentTypes: Record<string, string> = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html' };

/** A request as it arrived. */
export interface Received {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Release files of the fake edge. */
export interface EdgeRelease {
  readonly featureHash: string;
  /** Served values per candidate ordinal, in the order of the set's served features. */
  readonly served: (ordinal: number) => readonly number[];
  readonly heavy: Uint8Array;
  readonly features: Uint8Array;
  readonly golden: Uint8Array;
  readonly engine: 'kernel' | 'onnx';
}

type Handler = (request: Received, response: ServerResponse) => boolean | Promise<boolean>;

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
const bytesOf = (values: Float32Array | Int8Array) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/**
 * The HTTP of an edge and of a site, small enough to break in every way: it serves the built client, test pages, packs over a made-up
 * catalogue in id order, release files, and takes events.
 */
export class FakeEdge {
  readonly requests: Received[] = [];
  readonly batches: EventBatch[] = [];
  /** User keys that it was told to forget. */
  readonly forgotten: string[] = [];
  /** Path -> page; headers such as a content security policy go with it. */
  readonly pages = new Map<string, { readonly html: string; readonly headers?: Readonly<Record<string, string>> }>();
  /** Asked first; true when it has answered. */
  intercept: Handler | undefined;
  release: EdgeRelease | undefined;
  readonly #files = new Map<string, Uint8Array>();
  readonly #server: Server = createServer((request, response) => {
    this.#answer(request, response).catch((error) => response.destroy(error));
  });

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Back to a working edge; pages stay. */
  reset(): void {
    this.intercept = undefined;
    this.requests.length = 0;
    this.batches.length = 0;
    this.forgotten.length = 0;
  }

  pack(url: URL): Pack {
    const count = Number(url.searchParams.get('count'));
    const item = url.searchParams.get('item');
    const items = catalogue.filter(({ id }) => id !== item);
    const n = items.length;
    const { release } = this;
    const dim = genres.length;
    const vectors = new Int8Array(n * dim);
    for (const [i, { categories }] of items.entries()) vectors[i * dim + genres.indexOf(categories[0] as 'drama')] = 127;
    const reference = (bytes: Uint8Array) => {
      const name = sha256(bytes);
      this.#files.set(name, bytes);
      return { sha256: name, bytes: bytes.length };
    };
    const columns = {
      items,
      scores: items.map((_, i) => 1 - i / n),
      propensities: items.map(() => 1),
      served: toBase64(bytesOf(Float32Array.from(items.flatMap(({ id }) => release?.served(Number(id) - 1) ?? [])))),
      vectors: { dim, data: toBase64(bytesOf(vectors)), scales: toBase64(bytesOf(new Float32Array(n).fill(1 / 127))) },
      ...(release && {
        model: {
          heavy: reference(release.heavy),
          features: reference(release.features),
          golden: reference(release.golden),
          engine: release.engine,
        },
      }),
    };
    const slate = `0190${sha256(url.href + this.requests.length).slice(0, 4)}-0000-7000-8000-000000000000` as SlateId;
    const claim = Buffer.from(JSON.stringify({ slate, digest: sha256(packDigestText(columns)) })).toString('base64url');
    return {
      v: 1,
      site: 'demo' as SiteId,
      slate,
      surface: url.searchParams.get('surface') ?? '',
      release: 'a'.repeat(64) as ReleaseId,
      arm: 'control',
      issuedAtMs: Date.now(),
      featureHash: release?.featureHash ?? '',
      rules: { excludeSeen: true, categoryShare: 1 },
      rerank: Boolean(release),
      count,
      sources: items.map(() => 1),
      degraded: [],
      timing: { retrieve: 1 },
      token: `v1.k1.${claim}.c2ln`,
      ...columns,
    };
  }

  async #answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const url = new URL(incoming.url ?? '/', this.origin);
    const request = { method: incoming.method ?? '', url, body: Buffer.concat(chunks).toString(), headers: incoming.headers };
    this.requests.push(request);
    response.setHeader('access-control-allow-origin', '*');
    if (await this.intercept?.(request, response)) return;
    if (url.pathname === '/v1/recommend') return json(response, 200, this.pack(url));
    if (url.pathname === '/v1/events') {
      this.batches.push(JSON.parse(request.body) as EventBatch);
      return json(response, 202, { accepted: 1, rejected: [] });
    }
    if (url.pathname === '/v1/forget') {
      const { user } = JSON.parse(request.body) as { user: string };
      this.forgotten.push(user);
      return json(response, 200, { site: 'demo', user: sha256(user), untilMs: Date.now() });
    }
    const item = catalogue.find(({ id }) => url.pathname === `/v1/items/${id}`);
    if (item) return json(response, 200, item);
    const file = this.#files.get(url.pathname.slice('/v1/files/'.length));
    if (file) {
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' });
      response.end(file);
      return;
    }
    const page = this.pages.get(url.pathname);
    if (page) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...page.headers });
      response.end(page.html);
      return;
    }
    await this.#static(url.pathname, response);
  }

  async #static(path: string, response: ServerResponse): Promise<void> {
    const bytes = await readFile(join(site, normalize(path))).catch(() => undefined);
    response.writeHead(bytes ? 200 : 404, { 'content-type': contentTypes[extname(path)] ?? 'text/plain' });
    response.end(bytes);
  }
}

export function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}
