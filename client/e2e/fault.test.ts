import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Command, FlushReport, Kept } from '../command.ts';
import { slateWhere, titlesOf, until } from './browser.ts';
import { expectCalm, type Visit, visits } from './visit.ts';

const { edge, open } = visits();
type Host = Window & { vitrine(...command: Command): void; held?: IDBDatabase };

const track = (page: Page, item: string): Promise<Kept> =>
  page.evaluate(
    (id) => new Promise((resolve) => (window as unknown as Host).vitrine('track', { type: 'cart', item: id }, resolve)),
    item,
  );
const flush = (page: Page): Promise<FlushReport> =>
  page.evaluate(() => new Promise((resolve) => (window as unknown as Host).vitrine('flush', resolve)));
const carts = () =>
  edge.batches.flatMap(({ events }) => events.filter(({ type }) => type === 'cart').map(({ item }) => item as string));

/** A page of the same origin, without the client's consent, that does something to the database. */
async function elsewhere(visit: Visit): Promise<Page> {
  const { page } = await open({ script: '', rails: '' }, {}, visit.context);
  return page;
}

/** What pages and workers write as errors, from now on. */
function listen({ page }: Visit): string[] {
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico')) errors.push(message.text());
  });
  return errors;
}

/** The page shows a slate, and what is tracked is kept as said and arrives. */
async function expectWorking(visit: Visit, kept: Kept, item: string): Promise<void> {
  await slateWhere(visit.page, () => true, 'a slate');
  expect(await titlesOf(visit.page)).toHaveLength(12);
  expect(await track(visit.page, item)).toBe(kept);
  await until(async () => (await flush(visit.page)) && carts().includes(item), 'the event');
  expect(carts().filter((other) => other === item)).toHaveLength(1);
  expectCalm(visit);
}

/** Puts something in front of the worker's code. */
function inWorker(code: string): void {
  edge.intercept = async ({ url, headers }, response) => {
    if (!url.pathname.startsWith('/v1/sdk') || headers['sec-fetch-dest'] === 'script' || url.search) return false;
    const text = await (await fetch(`${edge.origin}${url.pathname}?plain`)).text();
    response.writeHead(200, { 'content-type': 'text/javascript' });
    response.end(`${code};${text}`);
    return true;
  };
}

describe('IndexedDB', () => {
  it.each([
    ['absent', 'Object.defineProperty(self,"indexedDB",{value:undefined})'],
    ['refused by name', 'Object.defineProperty(self,"indexedDB",{get(){throw new DOMException("denied","SecurityError")}})'],
    [
      'refused at opening, as in private windows',
      'IDBFactory.prototype.open=()=>{throw new DOMException("","InvalidStateError")}',
    ],
    ['failing at every transaction', 'IDBDatabase.prototype.transaction=()=>{throw new DOMException("","UnknownError")}'],
  ])('%s: events are kept by the page', async (_what, code) => {
    inWorker(code);
    const visit = await open();
    const errors = listen(visit);
    await expectWorking(visit, 'page', 'a');
    expect(errors).toEqual([]);
  });

  it('of a newer version of the client: events are kept by the page', async () => {
    const other = await open({ script: '', rails: '' });
    await other.page.evaluate(
      () =>
        new Promise((resolve) => {
          indexedDB.open('vitrine:demo', 99).onsuccess = resolve;
        }),
    );
    const visit = await open({}, {}, other.context);
    const errors = listen(visit);
    await expectWorking(visit, 'page', 'a');
    expect(errors).toEqual([]);
  });

  it('blocked by another tab: events are kept by the page, and what is opened too late holds nobody up', async () => {
    const other = await open({ script: '', rails: '' });
    await other.page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const request = indexedDB.open('vitrine:demo', 1);
          request.onsuccess = () => {
            // It does not let go when asked: whoever wants to open the database now waits behind this deletion.
            (window as unknown as Host).held = request.result;
            indexedDB.deleteDatabase('vitrine:demo').onblocked = () => resolve();
          };
        }),
    );
    const visit = await open({}, {}, other.context);
    const errors = listen(visit);
    await expectWorking(visit, 'page', 'a');
    await other.page.evaluate(() => (window as unknown as Host).held?.close());
    const deleted = other.page.evaluate(
      () =>
        new Promise((resolve) => {
          indexedDB.deleteDatabase('vitrine:demo').onsuccess = () => resolve('deleted');
        }),
    );
    expect(await deleted).toBe('deleted');
    await expectWorking(visit, 'page', 'b');
    expect(errors).toEqual([]);
  });

  it('full from the beginning: events are kept by the page', async () => {
    const visit = await open({ script: '' });
    const errors = listen(visit);
    const session = await visit.context.newCDPSession(visit.page);
    await session.send('Storage.overrideQuotaForOrigin', { origin: edge.origin, quotaSize: 1 });
    await visit.page.evaluate(() => (window as unknown as Host).vitrine('consent', 'granted'));
    await expectWorking(visit, 'page', 'a');
    expect(errors).toEqual([]);
  });

  it('full in between: what does not fit is kept by the page, what fits again on the device', async () => {
    // As a write fails for which there is no room: its transaction is aborted. The browser looks at its quota too rarely for a test.
    inWorker(`const put = IDBObjectStore.prototype.put;
      IDBObjectStore.prototype.put = function (value, ...rest) {
        const request = put.call(this, value, ...rest);
        if (value?.event?.item === 'b') this.transaction.abort();
        return request;
      }`);
    const visit = await open();
    const errors = listen(visit);
    await expectWorking(visit, 'device', 'a');
    await expectWorking(visit, 'page', 'b');
    await expectWorking(visit, 'device', 'c');
    expect(errors).toEqual([]);
  });

  it('deleted by another tab: what waits is in the page too, and is sent', async () => {
    const visit = await open();
    const errors = listen(visit);
    await slateWhere(visit.page, ({ order }) => order === 'device', 'the device order');
    expect(await track(visit.page, 'before')).toBe('device');
    const other = await elsewhere(visit);
    await other.evaluate(
      () =>
        new Promise((resolve) => {
          indexedDB.deleteDatabase('vitrine:demo').onsuccess = resolve;
        }),
    );
    await expectWorking(visit, 'page', 'after');
    expect(carts()).toEqual(['before', 'after']);
    expect(errors).toEqual([]);
  });
});

describe('a clock that is wrong by decades', () => {
  it.each([
    ['1970', 0],
    ['9999', 253_402_300_000_000],
  ])('%s: events arrive with the age that they had', async (_year, nowMs) => {
    const visit = await open({ script: '' });
    const { page } = visit;
    await page.evaluate((start) => {
      const origin = performance.now();
      Date.now = () => start + Math.round(performance.now() - origin);
      (window as unknown as Host).vitrine('consent', 'granted');
    }, nowMs);
    await track(page, 'a');
    await page.waitForTimeout(500);
    await flush(page);
    const batch = await until(() => edge.batches[0], 'the batch');
    const [event] = batch.events;
    // What the edge subtracts from its own time, see docs/http.md.
    const ageMs = batch.sentAt - (event?.t ?? 0);
    expect(Math.abs((event?.t ?? 0) - nowMs)).toBeLessThan(60_000);
    expect(ageMs).toBeGreaterThanOrEqual(500);
    expect(ageMs).toBeLessThan(60_000);
    expectCalm(visit);
  });
});
