import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { isUuid } from '../../shared/contract/id.ts';
import { slateWhere, until } from './browser.ts';
import { edgeOrder, expectCalm, visits } from './visit.ts';

const { edge, open } = visits();
const events = () => edge.batches.flatMap((batch) => batch.events);
const isDevice = ({ order }: { order: string }) => order === 'device';
const flush = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<{ sent: number; pending: number; dropped: number }>((resolve) =>
        (window as unknown as { vitrine: (...list: unknown[]) => void }).vitrine('flush', resolve),
      ),
  );
const failEvents = () => {
  edge.intercept = ({ url }, response) => {
    if (url.pathname !== '/v1/events') return false;
    response.writeHead(503);
    response.end();
    return true;
  };
};

describe('the outbox', () => {
  it('sends what was seen for a second and what was clicked, with slate, position, propensity and token', async () => {
    const visit = await open();
    const { page } = visit;
    const device = await slateWhere(page, isDevice, 'the device order');
    await page.waitForTimeout(1200);
    await page.click('[data-v-position="2"] a');
    const report = await flush(page);
    expect(report).toMatchObject({ sent: 13, pending: 0, dropped: 0 });
    const [click, ...impressions] = events().toSorted((a, b) => (a.type < b.type ? -1 : 1));
    const { slate } = device;
    expect(click).toMatchObject({ type: 'click', item: device.items[2]?.id, position: 2, surface: 'home', slate });
    expect(impressions.map(({ item }) => item).toSorted()).toEqual(device.items.map(({ id }) => id).toSorted());
    for (const event of impressions) {
      expect(event).toMatchObject({ type: 'impression', slate, surface: 'home', propensity: 1, order: 'device' });
      expect(device.items[event.position ?? -1]?.id).toBe(event.item);
      expect(isUuid(event.id) && event.id[14] === '7').toBe(true);
    }
    const [batch] = edge.batches;
    expect(batch).toMatchObject({ v: 1, user: expect.stringMatching(/-4/), session: expect.stringMatching(/-7/) });
    expect(batch?.tokens).toEqual({ [slate]: expect.stringMatching(/^v1\.k1\./) });
    const request = edge.requests.find(({ url }) => url.pathname === '/v1/events');
    expect(request?.headers['content-type']).toMatch(/^text\/plain/);
    expectCalm(visit);
  });

  it('counts no impression of what was not looked at for a second', async () => {
    const visit = await open();
    const { page } = visit;
    await slateWhere(page, isDevice, 'the device order');
    await page.waitForTimeout(400);
    await page.evaluate(() => {
      document.querySelector<HTMLElement>('vitrine-rail')?.style.setProperty('margin-top', '3000px');
    });
    await page.waitForTimeout(1200);
    expect(await flush(page)).toMatchObject({ sent: 0 });
    expectCalm(visit);
  });

  it('sends when the page is left', async () => {
    const visit = await open();
    await slateWhere(visit.page, isDevice, 'the device order');
    await visit.page.click('[data-v-position="0"] a');
    await visit.page.goto('about:blank');
    await until(() => events().some(({ type }) => type === 'click'), 'the click');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(events().filter(({ type }) => type === 'click')).toHaveLength(1);
    expectCalm(visit);
  });

  it('reports how long an item’s page was in sight', async () => {
    const visit = await open();
    const { page } = visit;
    await slateWhere(page, isDevice, 'the device order');
    await page.evaluate(() =>
      (window as unknown as { vitrine: (...list: unknown[]) => void }).vitrine('track', { type: 'view', item: '5' }),
    );
    await page.waitForTimeout(1300);
    await page.goto('about:blank');
    const dwell = await until(() => events().find(({ type }) => type === 'dwell'), 'the dwell event');
    expect(dwell).toMatchObject({ item: '5' });
    expect('value' in dwell && dwell.value).toBeGreaterThan(1);
    expectCalm(visit);
  });

  it('keeps what could not be sent for a later page, under the session it happened in', async () => {
    const { page, context } = await open();
    await slateWhere(page, isDevice, 'the device order');
    failEvents();
    // Older than what may still be on its way from another tab.
    await page.evaluate(() => {
      const now = Date.now;
      Date.now = () => now() - 60_000;
    });
    await page.click('[data-v-position="0"] a');
    expect(await flush(page)).toMatchObject({ sent: 0, pending: 1 });
    const session = edge.requests.find(({ url }) => url.pathname === '/v1/recommend')?.url.searchParams.get('session');
    await page.close();
    edge.intercept = undefined;
    const visit = await open({}, {}, context);
    await slateWhere(visit.page, isDevice, 'the device order');
    await until(async () => (await flush(visit.page)) && events().length, 'the event');
    expect(events().map(({ type, item }) => [type, item])).toEqual([['click', '200']]);
    expect(edge.batches[0]?.session).toBe(session);
    expectCalm(visit);
  });

  it('reports the edge’s order as such', async () => {
    edge.release = undefined;
    const visit = await open();
    await slateWhere(visit.page, ({ order }) => order === 'edge', 'the edge order');
    await visit.page.waitForTimeout(1200);
    await flush(visit.page);
    expect(
      events()
        .map(({ item }) => item)
        .toSorted(),
    ).toEqual(edgeOrder.toSorted());
    expect(new Set(events().map((event) => ('order' in event ? event.order : undefined)))).toEqual(new Set(['edge']));
    expectCalm(visit);
  });
});
