import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { slatesOf, slateWhere, titlesOf, until } from './browser.ts';
import { FakeEdge, json, type Received } from './edge.ts';
import { testRelease } from './release.ts';
import { deviceOrder, edgeOrder, expectCalm, filmTitles, ownTitles, type Visit, visits } from './visit.ts';

const { edge, open } = visits();
const siteFolder = fileURLToPath(new URL('../../dist/site/v1/', import.meta.url));
const reasons = (slate: { degraded: readonly { stage: string; reason: string }[] }) =>
  slate.degraded.map(({ stage, reason }) => `${stage}:${reason}`);

/** The page shows the edge order, says why, and nothing went wrong that it could hear of. */
async function expectEdgeOrder(visit: Visit, reason: string): Promise<void> {
  const slate = await slateWhere(visit.page, ({ degraded }) => degraded.length > 0, 'a reason');
  expect(reasons(slate)).toEqual([`rerank:${reason}`]);
  expect(slate).toMatchObject({ order: 'edge', engine: 'edge' });
  expect(await titlesOf(visit.page)).toEqual(filmTitles(edgeOrder));
  expectCalm(visit);
}

async function expectOwnChildren(visit: Visit): Promise<void> {
  await until(() => edge.requests.some(({ url }) => url.pathname === '/v1/recommend'), 'the request');
  // Longer than the deadline of the request and of the look for an old pack.
  await visit.page.waitForTimeout(1500);
  expect(await titlesOf(visit.page)).toEqual(ownTitles);
  expect(await slatesOf(visit.page)).toEqual([]);
  expectCalm(visit);
}

/** Page and worker run the same file; the page imports it as a script. */
const isWorkerCode = ({ url, headers }: Received) => url.pathname.startsWith('/v1/sdk') && headers['sec-fetch-dest'] !== 'script';

const answer = (path: RegExp, status: number, value: unknown) => {
  edge.intercept = ({ url }, response) => {
    if (!path.test(url.pathname)) return false;
    json(response, status, value);
    return true;
  };
};

describe('without its script', () => {
  it.each([/^\/v1\/vitrine\.js/, /^\/v1\/sdk/])('the page keeps its own children: %s is not there', async (path) => {
    answer(path, 404, {});
    const visit = await open();
    await until(() => edge.requests.some(({ url }) => path.test(url.pathname)), 'the request');
    await visit.page.waitForTimeout(300);
    expect(await titlesOf(visit.page)).toEqual(ownTitles);
    expectCalm(visit);
  });
});

describe('without candidates', () => {
  it.each([
    ['an error', 503, {}],
    ['another version', 200, { v: 2 }],
    ['no JSON object', 200, null],
    ['columns of different lengths', 200, 'short'],
    ['an item without a title', 200, 'untitled'],
    ['no items', 200, 'empty'],
  ])('the page keeps its own children: the edge answers %s', async (_what, status, value) => {
    edge.intercept = ({ url }, response) => {
      if (url.pathname !== '/v1/recommend') return false;
      const pack = edge.pack(url);
      const broken =
        value === 'short'
          ? { ...pack, scores: [1] }
          : value === 'untitled'
            ? { ...pack, items: pack.items.map(({ id, categories }) => ({ id, categories })) }
            : value === 'empty'
              ? { ...pack, items: [], scores: [], sources: [], propensities: [] }
              : value;
      json(response, status, broken);
      return true;
    };
    await expectOwnChildren(await open());
  });

  it('the page keeps its own children: the network is down', async () => {
    edge.intercept = ({ url }, response) => {
      if (url.pathname !== '/v1/recommend') return false;
      response.destroy();
      return true;
    };
    await expectOwnChildren(await open());
  });

  it('the page keeps its own children: the edge does not answer', async () => {
    edge.intercept = ({ url }) => url.pathname === '/v1/recommend' && new Promise<boolean>(() => {});
    await expectOwnChildren(await open());
  });

  it('a visitor who has been here sees the last good pack, reranked', async () => {
    const { page, context } = await open();
    await slateWhere(page, ({ order }) => order === 'device', 'the device order');
    // Kept after the device's order, by a part of the client that is fetched then.
    await until(() => edge.requests.some(({ url }) => url.pathname.startsWith('/v1/store-')), 'the store');
    await page.waitForTimeout(500);
    await page.close();
    answer(/^\/v1\/recommend/, 503, {});
    const visit = await open({}, {}, context);
    const device = await slateWhere(visit.page, ({ order }) => order === 'device', 'the device order');
    expect(device.items.map(({ id }) => id)).toEqual(deviceOrder);
    expect(device.degraded).toMatchObject([{ stage: 'pack' }]);
    expectCalm(visit);
  });
});

describe('without what reranking needs', () => {
  const policies = {
    'the worker is refused by a policy': ["script-src 'unsafe-inline' 'self'; worker-src 'none'", 'no-worker'],
  } as const;
  it.each(Object.entries(policies))('the edge order stays: %s', async (_what, [policy, reason]) => {
    await expectEdgeOrder(await open({}, { 'content-security-policy': policy }), reason);
  });

  it('the edge order stays: the worker’s code is not there', async () => {
    edge.intercept = (request, response) => {
      if (!isWorkerCode(request)) return false;
      json(response, 404, {});
      return true;
    };
    await expectEdgeOrder(await open(), 'no-worker');
  });

  it('the edge order stays: the worker’s code throws', async () => {
    edge.intercept = (request, response) => {
      if (!isWorkerCode(request)) return false;
      response.writeHead(200, { 'content-type': 'text/javascript' });
      response.end('throw new Error("broken")');
      return true;
    };
    await expectEdgeOrder(await open(), 'no-worker');
  });

  it('the edge order stays: the worker spins', async () => {
    edge.intercept = (request, response) => {
      if (!isWorkerCode(request)) return false;
      response.writeHead(200, { 'content-type': 'text/javascript' });
      response.end('for (;;);');
      return true;
    };
    await expectEdgeOrder(await open(), 'late');
  });

  it('the edge order stays: the model is not what its name says', async () => {
    edge.intercept = ({ url }, response) => {
      if (!url.pathname.endsWith(edge.pack(new URL('http://x/?count=1')).model?.heavy.sha256 ?? '-')) return false;
      response.writeHead(200);
      response.end('another model');
      return true;
    };
    await expectEdgeOrder(await open(), 'bad-digest');
  });

  it('the edge order stays: a file of the release is gone', async () => {
    answer(/^\/v1\/files\//, 404, {});
    await expectEdgeOrder(await open(), 'fetch-failed');
  });

  it('the edge order stays: the engine does not reproduce the golden scores', async () => {
    edge.release = testRelease({ goldenScore: 1e6 });
    await expectEdgeOrder(await open(), 'golden-mismatch');
  });

  it('the edge order stays: the pack is of another feature set', async () => {
    const { featureHash } = testRelease();
    edge.release = testRelease({ featureHash: 'f'.repeat(64) });
    await expectEdgeOrder(await open(), `feature-hash:${'f'.repeat(64)}:${featureHash}`);
  });

  it('the edge order stays: the model was trained on another feature set', async () => {
    const { featureHash } = testRelease();
    edge.release = testRelease({ modelHash: 'f'.repeat(64) });
    await expectEdgeOrder(await open(), `feature-hash:${'f'.repeat(64)}:${featureHash}`);
  });

  it('the edge order stays: neither engine takes the model', async () => {
    edge.release = { ...testRelease(), heavy: new TextEncoder().encode('no model') };
    const visit = await open();
    const slate = await slateWhere(visit.page, ({ degraded }) => degraded.length > 0, 'a reason');
    // Late where onnxruntime-web takes longer to load than a slot waits.
    expect(['rerank:model-refused', 'rerank:late']).toContain(reasons(slate)[0]);
    expect(await titlesOf(visit.page)).toEqual(filmTitles(edgeOrder));
    expectCalm(visit);
  });

  it('the edge order stays: the pack’s columns are of another size', async () => {
    edge.intercept = ({ url }, response) => {
      if (url.pathname !== '/v1/recommend') return false;
      json(response, 200, { ...edge.pack(url), served: 'AAAA' });
      return true;
    };
    await expectEdgeOrder(await open(), 'bad-pack');
  });
});

describe('with less than usual', () => {
  it('reranks without IndexedDB, from memory', async () => {
    const { context, page } = await open();
    await page.close();
    await context.addInitScript(() => {
      // What a browser with storage switched off does.
      Object.defineProperty(window, 'indexedDB', {
        get() {
          throw new DOMException('denied', 'SecurityError');
        },
      });
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('denied', 'SecurityError');
        },
      });
    });
    edge.intercept = async (request, response) => {
      if (!isWorkerCode(request)) return false;
      const { url } = request;
      const code = await (await fetch(`${edge.origin}${url.pathname}?raw`).catch(() => undefined))?.text();
      response.writeHead(200, { 'content-type': 'text/javascript' });
      response.end(`Object.defineProperty(self,'indexedDB',{get(){throw new DOMException('denied','SecurityError')}});${code}`);
      return true;
    };
    const plain = edge.intercept;
    edge.intercept = (request, response) => (request.url.search === '?raw' ? false : plain(request, response));
    const visit = await open({}, {}, context);
    await slateWhere(visit.page, ({ order }) => order === 'device', 'the device order');
    await visit.page.click('[data-v-position="0"] a');
    await slateWhere(visit.page, ({ items }) => items.every(({ categories }) => categories[0] === 'horror'), 'horror films');
    expectCalm(visit);
  });

  it('reranks on the plain kernel where a policy refuses WASM', async () => {
    const visit = await open({}, { 'content-security-policy': "script-src 'unsafe-inline' 'self'; worker-src blob:" });
    const device = await slateWhere(visit.page, ({ order }) => order === 'device', 'the device order');
    expect(device.items.map(({ id }) => id)).toEqual(deviceOrder);
    expect(edge.requests.some(({ url }) => url.pathname.startsWith('/v1/plain'))).toBe(true);
    expectCalm(visit);
  });

  it('works under a strict policy with a nonce, Trusted Types and blob workers', async () => {
    const policy = [
      "script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'",
      'worker-src blob:',
      "require-trusted-types-for 'script'",
      'trusted-types vitrine',
      "object-src 'none'",
      "base-uri 'none'",
    ].join('; ');
    const visit = await open({ nonce: 'abc' }, { 'content-security-policy': policy });
    const device = await slateWhere(visit.page, ({ order }) => order === 'device', 'the device order');
    expect(device.items.map(({ id }) => id)).toEqual(deviceOrder);
    expectCalm(visit);
  });

  it('starts from a copy of the worker on the page’s own origin, where a policy allows nothing else', async () => {
    const other = await new FakeEdge().start();
    try {
      other.release = edge.release;
      edge.intercept = async ({ url }, response) => {
        if (url.pathname !== '/copy.js') return false;
        const name = (await readdir(siteFolder)).find((file) => file.startsWith('sdk-'));
        response.writeHead(200, { 'content-type': 'text/javascript' });
        response.end(await readFile(siteFolder + name));
        return true;
      };
      const policy = `script-src 'unsafe-inline' 'self' 'wasm-unsafe-eval' ${other.origin}`;
      const script = 'data-consent="granted" data-worker="/copy.js"';
      const visit = await open({ origin: other.origin, script }, { 'content-security-policy': policy });
      const device = await slateWhere(visit.page, ({ order }) => order === 'device', 'the device order');
      expect(device.items.map(({ id }) => id)).toEqual(deviceOrder);
      expectCalm(visit);
    } finally {
      await other.stop();
    }
  });

  it('changes to onnxruntime-web when the release asks for it, and ranks by the kernel until it is there', async () => {
    edge.release = testRelease({ engine: 'onnx' });
    const visit = await open();
    const { page } = visit;
    const first = await slateWhere(page, ({ order }) => order === 'device', 'the device order');
    expect(first.engine).toBe('kernel');
    const later = await until(
      async () => {
        await page.evaluate(() =>
          (window as unknown as { vitrine: (...command: unknown[]) => void }).vitrine('track', { type: 'cart', item: '7' }),
        );
        await page.waitForTimeout(200);
        return (await slatesOf(page)).findLast(({ engine }) => engine === 'onnx-wasm');
      },
      'onnxruntime-web',
      30_000,
    );
    expect(new Set(later.items.flatMap(({ categories }) => categories))).toEqual(new Set(['western']));
    expectCalm(visit);
  });
});
