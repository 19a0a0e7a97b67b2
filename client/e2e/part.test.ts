import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { slatesOf, slateWhere, until } from './browser.ts';
import { firstOrder } from './first-order.ts';
import { testRelease } from './release.ts';
import { deviceOrder, expectCalm, visits } from './visit.ts';

const { edge, open } = visits();
const site = fileURLToPath(new URL('../../dist/site', import.meta.url));
const isDevice = ({ order }: { order: string }) => order === 'device';
const nameOf = (url: URL) => url.pathname.slice('/v1/'.length);
const isCode = (url: URL) => /^\/v1\/.*\.(js|wasm)$/.test(url.pathname);
const isNeeded = (url: URL) => firstOrder.some((file) => file.test(nameOf(url)));
/** How often a file was asked for, by its name before the hash. */
const asked = (part: string) =>
  edge.requests.filter(({ url }) => new RegExp(`^/v1/${part}-[\\w-]{8}\\.`).test(url.pathname)).length;

describe('the parts of the client', () => {
  it('that remember, store and report are not waited for by a first order of the device', async () => {
    edge.intercept = ({ url }) => isCode(url) && !isNeeded(url) && new Promise<boolean>(() => {});
    const visit = await open();
    const device = await slateWhere(visit.page, isDevice, 'the device order');
    expect(device.items.map(({ id }) => id)).toEqual(deviceOrder);
    await until(() => asked('past') && asked('store') && asked('outbox'), 'the others, after it');
    expectCalm(visit);
  });

  it('are not even fetched before it when there is no consent', async () => {
    const visit = await open({ script: '' });
    await slateWhere(visit.page, isDevice, 'the device order');
    const codes = edge.requests.filter(({ url }) => isCode(url));
    // What the visitor saw for a second is remembered afterwards.
    expect(new Set(codes.filter(({ url }) => !isNeeded(url)).map(({ url }) => url.pathname)).size).toBe(asked('past'));
    for (const file of firstOrder) expect(codes.some(({ url }) => file.test(nameOf(url)))).toBe(true);
    expectCalm(visit);
  });

  it('bring the kernel engine’s other operators to a model of trees', async () => {
    edge.release = testRelease({ trees: true });
    const visit = await open();
    const device = await slateWhere(visit.page, isDevice, 'the device order');
    expect(device.engine).toBe('kernel');
    expect(device.items.map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, i) => `${102 + i}`));
    expect(asked('full')).toBe(1);
    expect(asked('rank')).toBe(1);
    expect(asked('onnx')).toBe(0);
    expectCalm(visit);
  });

  it.each(['kernel', 'onnx'] as const)('feed a model that reads the history with it, on the engine %s', async (engine) => {
    edge.release = testRelease({ attention: true, engine });
    const visit = await open();
    const device = await slateWhere(visit.page, isDevice, 'the device order');
    expect(device.items.map(({ id }) => id)).toEqual(deviceOrder);
    const turned = await until(
      async () => {
        // Film 7 is a western.
        await visit.page.evaluate(() =>
          (window as unknown as { vitrine: (...command: unknown[]) => void }).vitrine('track', { type: 'cart', item: '7' }),
        );
        await visit.page.waitForTimeout(200);
        const slates = await slatesOf(visit.page);
        return slates.slice(2).findLast((slate) => isDevice(slate) && slate.engine?.startsWith(engine));
      },
      'an order by that engine with a history',
      30_000,
    );
    expect(new Set(turned.items.flatMap(({ categories }) => categories))).toEqual(new Set(['western']));
    expectCalm(visit);
  });

  it('do not repeat what is cached: the worker runs the file that the page has imported', async () => {
    edge.intercept = async ({ url }, response) => {
      if (!url.pathname.startsWith('/v1/sdk-')) return false;
      response.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'public, max-age=31536000, immutable' });
      response.end(await readFile(site + url.pathname));
      return true;
    };
    const visit = await open();
    await slateWhere(visit.page, isDevice, 'the device order');
    expect(asked('sdk')).toBe(1);
    expectCalm(visit);
  });
});
