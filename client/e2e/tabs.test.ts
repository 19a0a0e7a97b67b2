import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Command, FlushReport, Kept } from '../command.ts';
import { slateWhere, until } from './browser.ts';
import { json } from './edge.ts';
import { expectCalm, type Visit, visits } from './visit.ts';

const { edge, open } = visits();
type Host = Window & { vitrine(...command: Command): void; drops?: unknown[] };

const ready = ({ page }: Visit) => slateWhere(page, ({ order }) => order === 'device', 'the device order');
/** Tracks a view of an item and waits until the client says where it is kept. */
const track = (page: Page, item: string): Promise<Kept> =>
  page.evaluate(
    (id) => new Promise((resolve) => (window as unknown as Host).vitrine('track', { type: 'cart', item: id }, resolve)),
    item,
  );
const flush = (page: Page): Promise<FlushReport> =>
  page.evaluate(() => new Promise((resolve) => (window as unknown as Host).vitrine('flush', resolve)));
/** As when the visitor turns to another tab. Headless browsers never hide one. */
const hide = (page: Page) =>
  page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
    Reflect.deleteProperty(document, 'visibilityState');
  });
const carts = () =>
  edge.batches.flatMap(({ events }) => events.filter(({ type }) => type === 'cart').map(({ item }) => item as string));
const refuse = (status: number) => {
  edge.intercept = ({ url }, response) => {
    if (url.pathname !== '/v1/events') return false;
    json(response, status, {});
    return true;
  };
};
/** Ends a page's process as a crash or the system would: no event of the page's end is fired. */
async function crash(context: BrowserContext, page: Page): Promise<void> {
  const crashed = new Promise((resolve) => page.once('crash', resolve));
  const session = await context.newCDPSession(page);
  void session.send('Page.crash').catch(() => {});
  await crashed;
}

describe('several tabs of one visitor', () => {
  it('send each event once, whether it is flushed or handed over by a hidden tab', async () => {
    const first = await open();
    const second = await open({}, {}, first.context);
    await Promise.all([ready(first), ready(second)]);
    const items = Array.from({ length: 12 }, (_, i) => `t${i}`);
    for (const [i, item] of items.entries()) {
      const { page } = i % 2 ? first : second;
      await track(page, item);
      if (i % 5 === 4) await hide(page);
      if (i % 5 === 2) void flush(page);
    }
    // A third tab comes while both have something to send.
    const third = await open({}, {}, first.context);
    await ready(third);
    await until(async () => {
      const left = await Promise.all([first, second, third].map(({ page }) => flush(page)));
      return left.every(({ pending }) => pending === 0);
    }, 'empty outboxes');
    await first.page.waitForTimeout(300);
    expect(carts().toSorted()).toEqual(items.toSorted());
    for (const visit of [first, second, third]) expectCalm(visit);
  });

  it('take over from each other only what a tab that is gone has left: once, though two come at the same time', async () => {
    const first = await open();
    const { context } = first;
    await ready(first);
    refuse(503);
    expect(await track(first.page, 'a')).toBe('device');
    expect(await flush(first.page)).toMatchObject({ pending: 1 });
    // The first tab lives and has something to send: nobody else sends it.
    const second = await open({}, {}, context);
    await ready(second);
    await second.page.waitForTimeout(500);
    expect(await flush(second.page)).toMatchObject({ pending: 0 });
    await crash(context, first.page);
    edge.intercept = undefined;
    const others = await Promise.all([open({}, {}, context), open({}, {}, context)]);
    await Promise.all(others.map(ready));
    await until(async () => {
      await Promise.all(others.map(({ page }) => flush(page)));
      return carts().length;
    }, 'what the first tab had tracked');
    await second.page.waitForTimeout(300);
    expect(carts()).toEqual(['a']);
    for (const visit of [second, ...others]) expectCalm(visit);
  });

  it('lose nothing that was acknowledged to the page, when a tab is killed before the edge has answered', async () => {
    const first = await open();
    const { context, page } = first;
    await ready(first);
    // The edge takes the request and never answers.
    edge.intercept = ({ url }) => url.pathname === '/v1/events' && new Promise<boolean>(() => {});
    const items = Array.from({ length: 20 }, (_, i) => `k${i}`);
    const kept = await Promise.all(items.map((item) => track(page, item)));
    expect(new Set(kept)).toEqual(new Set(['device']));
    void flush(page).catch(() => {});
    await crash(context, page);
    edge.intercept = undefined;
    const second = await open({}, {}, context);
    await ready(second);
    await until(async () => (await flush(second.page)) && carts().length, 'the events');
    expect(carts().toSorted()).toEqual(items.toSorted());
    expectCalm(second);
  });

  it('are told what was given up', async () => {
    const visit = await open();
    const { page } = visit;
    await ready(visit);
    await page.evaluate(() => {
      const host = window as unknown as Host;
      host.drops = [];
      document.addEventListener('vitrine:drop', (event) => host.drops?.push((event as CustomEvent).detail));
    });
    refuse(400);
    await track(page, 'a');
    expect(await flush(page)).toMatchObject({ sent: 0, pending: 0, dropped: 1 });
    expect(await page.evaluate(() => (window as unknown as Host).drops)).toEqual([{ count: 1, reason: 'refused' }]);
    const status = await page.evaluate(
      () => new Promise<FlushReport>((resolve) => (window as unknown as Host).vitrine('status', resolve)),
    );
    expect(status).toEqual({ sent: 0, pending: 0, dropped: 1 });
    expectCalm(visit);
  });
});
