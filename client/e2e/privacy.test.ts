import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { slatesOf, slateWhere, titlesOf, until } from './browser.ts';
import { expectCalm, visits } from './visit.ts';

const { edge, open } = visits();

interface Stored {
  readonly databases: readonly string[];
  readonly local: number;
  readonly session: number;
  readonly caches: readonly string[];
  readonly cookies: number;
  readonly text: string;
}

/** Everything that a page can store, by asking the browser and not the client. */
async function stored(page: Page, context: BrowserContext): Promise<Stored> {
  const inPage = await page.evaluate(async () => {
    const texts: string[] = [];
    for (const { name = '' } of await indexedDB.databases()) {
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      for (const store of db.objectStoreNames) {
        const request = db.transaction(store).objectStore(store).getAll();
        await new Promise((resolve) => {
          request.onsuccess = resolve;
        });
        texts.push(...request.result.map((value) => JSON.stringify(value)));
      }
      db.close();
    }
    return {
      databases: (await indexedDB.databases()).map(({ name = '' }) => name),
      local: localStorage.length,
      session: sessionStorage.length,
      caches: await caches.keys(),
      text: texts.join() + JSON.stringify(localStorage),
    };
  });
  return { ...inPage, cookies: (await context.cookies()).length };
}

const nothing = { databases: [], local: 0, session: 0, caches: [], cookies: 0 };
const command = (page: Page, ...values: unknown[]) =>
  page.evaluate((list) => (window as unknown as { vitrine: (...list: unknown[]) => void }).vitrine(...list), values);
const asked = () => edge.requests.filter(({ url }) => url.pathname === '/v1/recommend').map(({ url }) => url.searchParams);
const events = () => edge.batches.flatMap((batch) => batch.events);
const isDevice = ({ order }: { order: string }) => order === 'device';

/** Looks, clicks, tracks, waits and leaves: everything that sends or stores something when it may. */
async function behave(page: Page): Promise<void> {
  await slateWhere(page, isDevice, 'the device order');
  await page.waitForTimeout(1200);
  const before = (await slatesOf(page)).length;
  await page.click('[data-v-position="0"] a');
  await until(async () => (await slatesOf(page)).length > before, 'a slate after the click');
  await command(page, 'track', { type: 'purchase', item: '7', value: 9 });
  await command(page, 'track', { type: 'view', item: 'unknown-item' });
  await command(page, 'flush');
  await page.waitForTimeout(300);
}

describe('without consent', () => {
  it.each(['', 'data-consent="denied"'])(
    'nothing is stored and nothing about the visitor is sent, though the rail is reranked: %s',
    async (script) => {
      const visit = await open({ script });
      const { page, context } = visit;
      await behave(page);
      expect(await stored(page, context)).toMatchObject(nothing);
      await page.goto('about:blank');
      const paths = edge.requests.map(({ method, url }) => `${method} ${url.pathname.replace(/^(\/v1\/files\/).*/, '$1')}`);
      expect(new Set(paths.filter((path) => path.includes('/v1/') && !/\.(js|wasm)$/.test(path)))).toEqual(
        new Set(['GET /v1/recommend', 'GET /v1/files/']),
      );
      expect([...(asked()[0]?.keys() ?? [])].toSorted()).toEqual(['count', 'device', 'rank', 'site', 'surface', 'tz']);
      for (const { headers, url } of edge.requests) {
        expect(headers.cookie).toBeUndefined();
        expect(url.href + JSON.stringify(headers)).not.toMatch(/unknown-item|purchase/);
      }
      expectCalm(visit);
    },
  );

  it('the rail still follows what is clicked, until the page ends', async () => {
    const { page, context } = await open({ script: '' });
    await slateWhere(page, isDevice, 'the device order');
    await page.click('[data-v-position="0"] a');
    await slateWhere(page, ({ items }) => items.every(({ categories }) => categories[0] === 'horror'), 'horror films');
    const second = await open({ script: '' }, {}, context);
    const device = await slateWhere(second.page, isDevice, 'the device order');
    expect(device.items[0]?.id).toBe('200');
  });
});

describe('consent', () => {
  it('begins when it is given: earlier deeds are neither stored nor sent', async () => {
    const visit = await open({ script: '' });
    const { page, context } = visit;
    await behave(page);
    await command(page, 'consent', 'granted');
    await command(page, 'track', { type: 'cart', item: '9' });
    await until(async () => (await stored(page, context)).databases.length, 'the database');
    await command(page, 'flush');
    await until(() => events().length, 'the event');
    expect(events().map(({ type, item }) => [type, item])).toEqual([['cart', '9']]);
    expect((await stored(page, context)).text).not.toMatch(/purchase/);
    expectCalm(visit);
  });

  it('ends when it is withdrawn: everything is deleted, also what waits to be sent', async () => {
    const visit = await open();
    const { page, context } = visit;
    edge.intercept = ({ url }, response) => {
      if (url.pathname !== '/v1/events') return false;
      response.writeHead(503);
      response.end();
      return true;
    };
    await behave(page);
    expect(await stored(page, context)).toMatchObject({
      databases: ['vitrine:demo'],
      local: 1,
      caches: ['vitrine:demo'],
      cookies: 0,
    });
    await command(page, 'consent', 'denied');
    await until(async () => (await stored(page, context)).databases.length === 0, 'the database to go');
    expect(await stored(page, context)).toMatchObject(nothing);
    edge.intercept = undefined;
    await behave(page);
    await page.goto('about:blank');
    await page.waitForTimeout(300);
    expect(events()).toEqual([]);
    expectCalm(visit);
  });

  it('that a page says is denied deletes what an earlier page stored', async () => {
    const { page, context } = await open();
    await behave(page);
    expect((await stored(page, context)).databases).toEqual(['vitrine:demo']);
    await page.close();
    const second = await open({ script: 'data-consent="denied"' }, {}, context);
    await until(async () => (await stored(second.page, context)).databases.length === 0, 'the database to go');
    expect(await stored(second.page, context)).toMatchObject(nothing);
    expectCalm(second);
  });

  it('forget deletes the history and makes a new pseudonym', async () => {
    const visit = await open();
    const { page, context } = visit;
    await behave(page);
    const before = asked().at(-1)?.get('user');
    await command(page, 'forget');
    const slate = await until(async () => {
      const last = (await slatesOf(page)).at(-1);
      return last?.items[0]?.id === '200' ? last : undefined;
    }, 'the order of a visitor without history');
    expect(slate.items.map(({ id }) => id).slice(0, 3)).toEqual(['200', '199', '198']);
    expect((await stored(page, context)).text).not.toMatch(/click|purchase/);
    const second = await open({}, {}, context);
    await slateWhere(second.page, isDevice, 'the device order');
    expect(asked().at(-1)?.get('user')).toMatch(/^[0-9a-f-]{36}$/);
    expect(asked().at(-1)?.get('user')).not.toBe(before);
    expect(asked().at(-1)?.get('seeds')).toBeNull();
    expectCalm(visit);
  });
});

describe('values of device features', () => {
  it('stay out of the detail of a slate unless the rail says explain', async () => {
    const { page } = await open();
    const device = await slateWhere(page, isDevice, 'the device order');
    expect(device.items[0]).not.toHaveProperty('features');
    expect(await titlesOf(page)).toHaveLength(12);
  });
});
