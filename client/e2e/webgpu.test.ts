import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, slatesOf, slateWhere, until, watch } from './browser.ts';
import { FakeEdge } from './edge.ts';
import { html } from './page.ts';
import { testRelease } from './release.ts';

const engineFile = createRequire(import.meta.url)
  .resolve('onnxruntime-web/webgpu')
  .replace(/[^/\\]*$/, 'ort-wasm-simd-threaded.asyncify.wasm');

/** Makes the software adapter of a headless browser look like a card, and any speed look like a gain. */
const pretend = `
const ask = navigator.gpu?.requestAdapter?.bind(navigator.gpu);
if (ask) navigator.gpu.requestAdapter = async (...options) => {
  const adapter = await ask(...options);
  if (adapter) Object.defineProperty(adapter, 'info', { value: { vendor: 'test', architecture: 'software' } });
  return adapter;
};`;

const edge = new FakeEdge();
let browser: Browser;
beforeAll(async () => {
  const flags = ['--disable-gpu', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
  [browser] = await Promise.all([launch(...flags), edge.start()]);
});
afterAll(async () => {
  await browser?.close();
  await edge.stop();
});

it('WebGPU, from the runtime that the edge serves, reproduces the golden scores of a large network', async (context) => {
  edge.release = testRelease({ engine: 'onnx', hidden: [512, 512] });
  edge.pages.set('/', { html: html() });
  edge.intercept = async ({ url }, response) => {
    if (url.pathname === '/v1/engine/ort-wasm-simd-threaded.asyncify.wasm') {
      response.end(await readFile(engineFile));
      return true;
    }
    if (!/^\/v1\/(sdk|onnx)-/.test(url.pathname) || url.search === '?raw') return false;
    const code = await (await fetch(`${url.href}?raw`)).text();
    response.writeHead(200, { 'content-type': 'text/javascript' });
    response.end(url.pathname.startsWith('/v1/sdk') ? pretend + code : code.replace(/=1\.5(?=[,;])/, '=1e-9'));
    return true;
  };
  const profile = await browser.newContext();
  const { page, errors } = await watch(profile);
  await page.goto(edge.origin);
  await slateWhere(page, ({ order }) => order === 'device', 'the device order');
  if (
    !(await page.evaluate(async () =>
      Boolean(await (navigator as { gpu?: { requestAdapter(): Promise<unknown> } }).gpu?.requestAdapter()),
    ))
  )
    return context.skip('this browser has no WebGPU adapter');
  await until(
    async () => {
      await page.evaluate(() =>
        (window as unknown as { vitrine: (...list: unknown[]) => void }).vitrine('track', { type: 'cart', item: '7' }),
      );
      await page.waitForTimeout(1000);
      return (await slatesOf(page)).some(({ engine }) => engine === 'onnx-webgpu');
    },
    'WebGPU',
    90_000,
  );
  expect(errors).toEqual([]);
});
