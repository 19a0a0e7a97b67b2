import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { slatesOf, until } from './browser.ts';
import { type Canaries, canariesIn, elsewhere, sentIn } from './canary.ts';
import { rail } from './page.ts';
import { expectCalm, visits } from './visit.ts';

const { edge, open } = visits();
const command = (page: Page, ...values: unknown[]) =>
  page.evaluate((list) => (window as unknown as { vitrine: (...list: unknown[]) => void }).vitrine(...list), values);
const events = () => edge.batches.flatMap((batch) => batch.events);

/** What is in local history only. */
const planted: Canaries = {
  texts: ['canary-category-5f1c', 'canary-brand-9d27', 'canary-note-ünïq'],
  numbers: [7919.0625, 0.36787944, 48611.390625],
};

/** Writes deeds with the canaries into the history that a client of this site left here. 37 of 53 horror: shares that occur nowhere else. */
const plant = (page: Page) =>
  page.evaluate(async ({ texts: [category, brand, note], numbers: [price, element, value] }) => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('vitrine:demo');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const transaction = database.transaction('history', 'readwrite');
    for (let i = 0; i < 53; i++) {
      const vector = Float32Array.of(i % 7, element as number, 1, i < 37 ? 5 : 0);
      const categories = i < 37 ? ['horror'] : ['drama', category];
      const item = { id: `planted-${i}`, categories, brand, price, vector, note };
      transaction.objectStore('history').add({ type: 'cart', tMs: Date.now() - i * 1000, item, value });
    }
    await new Promise((resolve) => {
      transaction.oncomplete = resolve;
    });
    database.close();
  }, planted);

describe('canary values in the local history', () => {
  it('are in no outgoing byte of a page view with looks, clicks, hides, reranks, explanations and a flush', async () => {
    const first = await open();
    const { context } = first;
    await until(async () => (await slatesOf(first.page)).length, 'a slate');
    await command(first.page, 'track', { type: 'view', item: '3' });
    await until(
      () => first.page.evaluate(async () => (await indexedDB.databases()).some(({ name }) => name === 'vitrine:demo')),
      'the database',
    );
    await plant(first.page);
    await first.page.close();

    const others = elsewhere(context, edge.origin);
    edge.requests.length = 0;
    const visit = await open({ rails: rail('surface="home" count="12" explain') }, {}, context);
    const { page } = visit;
    const explained = await until(async () => {
      const last = (await slatesOf(page)).at(-1);
      return (last?.items[0]?.features?.deeds ?? 0) >= 53 ? last : undefined;
    }, 'features of the planted deeds');
    const own = explained.items.flatMap(({ features = {} }) => [features.genre, features.taste]);
    const canaries = {
      texts: [...planted.texts, 'genre', 'taste', 'deeds'],
      numbers: [...planted.numbers, ...own.filter((value): value is number => (value ?? 0) % 1 !== 0)],
    };
    expect(canaries.numbers.length).toBeGreaterThan(planted.numbers.length);

    await page.waitForTimeout(1200);
    const before = (await slatesOf(page)).length;
    await page.click('[data-v-position="0"] a');
    await until(async () => (await slatesOf(page)).length > before, 'a slate after the click');
    await page.click('[data-v-position="2"] .hide');
    for (const type of ['cart', 'purchase', 'view']) await command(page, 'track', { type, item: '7' });
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await command(page, 'flush');
    await until(() => events().some(({ type }) => type === 'purchase'), 'the events');
    await command(page, 'track', { type: 'view', item: '9' });
    // What is left goes out with the end of the page.
    await page.goto('about:blank');
    await until(() => events().some(({ item }) => item === '9'), 'the last event');

    expect(edge.requests.length).toBeGreaterThan(3);
    for (const request of edge.requests) expect(canariesIn(sentIn(request), canaries)).toEqual([]);
    expect(others).toEqual([]);
    expectCalm(visit);
  });

  it('would be found in an address, a header, a body or a beacon, as text, number or bytes', async () => {
    const { page } = await open({ script: '', rails: '' });
    edge.requests.length = 0;
    await page.evaluate(async ({ texts, numbers: [price, element, value] }) => {
      const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
      await fetch(`/address?of=${encodeURIComponent(texts[2] as string)}`);
      await fetch('/header', { headers: { 'x-of': texts[0] as string } });
      const vector = new Uint8Array(Float32Array.of(1, element as number, 2).buffer);
      await fetch('/bytes', { method: 'POST', body: JSON.stringify({ at: 1, data: base64(vector) }) });
      await fetch('/number', { method: 'POST', body: `{"price":${price}}` });
      navigator.sendBeacon('/beacon', JSON.stringify([texts[1], value]));
    }, planted);
    await until(() => edge.requests.some(({ url }) => url.pathname === '/beacon'), 'the beacon');
    const found = edge.requests.flatMap((request) => canariesIn(sentIn(request), planted));
    expect(new Set(found)).toEqual(new Set([...planted.texts, ...planted.numbers.map(String)]));
  });
});
