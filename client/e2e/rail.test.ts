import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launch, shiftOf, slatesOf, slateWhere, titlesOf, until, watch } from './browser.ts';
import { FakeEdge } from './edge.ts';
import { html } from './page.ts';
import { testRelease } from './release.ts';

let browser: Browser;
let edge: FakeEdge;
beforeAll(async () => {
  [browser, edge] = await Promise.all([launch(), new FakeEdge().start()]);
});
afterAll(async () => {
  await browser?.close();
  await edge?.stop();
});
beforeEach(() => {
  edge.reset();
  edge.release = testRelease();
  edge.pages.set('/', { html: html() });
});

async function open(path = '/') {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
  const watched = await watch(context);
  await watched.page.goto(edge.origin + path);
  return { context, ...watched };
}

describe('a rail', () => {
  it('shows the edge order, then the device order, without moving anything', async () => {
    const { page, errors, context } = await open();
    const device = await slateWhere(page, ({ order }) => order === 'device', 'the device order');
    const [first] = await slatesOf(page);
    expect(first).toMatchObject({ order: 'edge', engine: 'edge', surface: 'home' });
    expect(first?.items.map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, i) => `${i + 1}`));
    expect(device.engine).toBe('kernel');
    expect(device.items.map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, i) => `${200 - i}`));
    expect(await titlesOf(page)).toEqual(device.items.map(({ id }) => `Film ${id}`));
    expect(await shiftOf(page)).toBe(0);
    expect(errors).toEqual([]);
    await context.close();
  });

  it('turns towards the genre of what is clicked, within the page view', async () => {
    const { page, errors, context } = await open();
    await slateWhere(page, ({ order }) => order === 'device', 'the device order');
    const before = (await slatesOf(page)).length;
    await page.click('[data-v-position="0"] a');
    await until(async () => (await slatesOf(page)).length > before, 'a new slate');
    const after = (await slatesOf(page)).at(-1)!;
    expect(after.order).toBe('device');
    // Film 200 is a horror film; it was clicked, so it makes room.
    expect(new Set(after.items.flatMap(({ categories }) => categories))).toEqual(new Set(['horror']));
    expect(after.items.map(({ id }) => id)).not.toContain('200');
    expect(errors).toEqual([]);
    await context.close();
  });
});
