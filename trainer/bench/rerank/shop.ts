import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BenchShop {
  readonly origin: string;
  close(): Promise<void>;
}

const rail = (attributes: string, count: number): string => `
<vitrine-rail ${attributes} count="${count}" item-url="#/item/{id}">
  <template>
    <a class="card" data-v-attr="href:url"><b data-v-text="title"></b><i data-v-text="categories"></i><s data-v-if="price" data-v-text="price"></s></a>
    <button data-v-action="hide">hide</button>
  </template>
  ${'<a class="card" href="#/bestseller">A bestseller</a>'.repeat(count)}
</vitrine-rail>`;

const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Bench</title>
<style>
  body { margin: 0; font: 14px sans-serif }
  vitrine-rail { display: grid; grid-template-columns: repeat(6, 160px); grid-auto-rows: 100px; gap: 8px; min-height: 208px }
  .card { display: block; height: 70px; overflow: hidden }
</style>
<script async src="/watch.js"></script>
${rail('surface="home"', 12)}${rail('surface="similar" item="item-3"', 12)}${rail('surface="popular"', 12)}
<script async src="/v1/vitrine.js" data-site="bench" data-consent="granted"></script></html>`;

/** Counts the slates of the device and what moved, for who asks. */
const watch = `window.seen = { device: 0, shift: 0 };
addEventListener('vitrine:slate', ({ detail }) => { if (detail.order === 'device') seen.device++ });
new PerformanceObserver((list) => { for (const entry of list.getEntries()) seen.shift += entry.value }).observe({ type: 'layout-shift', buffered: true });`;

async function bodyOf(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new Uint8Array(Buffer.concat(chunks));
}

/** A site with three rails of twelve and no script of its own but one that watches; all else is the Worker's. */
export async function serveBenchShop(worker: string): Promise<BenchShop> {
  const own: Readonly<Record<string, readonly [type: string, body: string]>> = {
    '/': ['text/html', html],
    '/watch.js': ['text/javascript', watch],
  };
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/' } = request;
    const page = own[url];
    if (page) return response.writeHead(200, { 'content-type': page[0] }).end(page[1]);
    try {
      const type = request.headers['content-type'] ?? 'text/plain';
      const body = method === 'POST' ? await bodyOf(request) : null;
      const answer = await fetch(worker + url, { method, body, headers: { 'content-type': type } });
      const headers: Record<string, string> = {};
      for (const name of ['content-type', 'cache-control']) headers[name] = answer.headers.get(name) ?? '';
      response.writeHead(answer.status, headers).end(Buffer.from(await answer.arrayBuffer()));
    } catch {
      response.writeHead(502).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
