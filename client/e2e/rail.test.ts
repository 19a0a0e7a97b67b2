import { describe, expect, it } from 'vitest';
import { shiftOf, slatesOf, slateWhere, titlesOf, until } from './browser.ts';
import { FakeEdge } from './edge.ts';
import { rail } from './page.ts';
import { deviceOrder, edgeOrder, expectCalm, filmTitles, visits } from './visit.ts';

const here = visits();
const { edge, open } = here;
const isDevice = ({ order }: { order: string }) => order === 'device';

describe('a rail', () => {
  it('shows the edge order, then the device order, without moving anything', async () => {
    const visit = await open();
    const { page } = visit;
    const device = await slateWhere(page, isDevice, 'the device order');
    const [first] = await slatesOf(page);
    expect(first).toMatchObject({ order: 'edge', engine: 'edge', surface: 'home', degraded: [] });
    expect(first?.items.map(({ id }) => id)).toEqual(edgeOrder);
    expect(device.engine).toBe('kernel');
    expect(device.items.map(({ id }) => id)).toEqual(deviceOrder);
    expect(device.items[0]).toMatchObject({ position: 0, edgeRank: 199, deviceRank: 0, deviceScore: 199, sources: ['popular'] });
    expect(device.timing).toMatchObject({
      fetch: expect.any(Number),
      'edge.retrieve': 1,
      rerank: expect.any(Number),
      render: expect.any(Number),
    });
    expect(await titlesOf(page)).toEqual(filmTitles(deviceOrder));
    expect(await shiftOf(page)).toBe(0);
    expect(edge.requests.filter(({ url }) => url.pathname === '/v1/recommend')).toHaveLength(1);
    expectCalm(visit);
  });

  it('turns towards the genre of what is clicked, within the page view', async () => {
    const visit = await open({ rails: rail('id="a" surface="home" count="6"', 6) + rail('id="b" surface="other" count="6"', 6) });
    const { page } = visit;
    await slateWhere(page, (slate) => isDevice(slate) && slate.rail === 'a', 'the device order of a');
    await slateWhere(page, (slate) => isDevice(slate) && slate.rail === 'b', 'the device order of b');
    const before = (await slatesOf(page)).length;
    await page.click('#a [data-v-position="0"] a');
    await until(async () => (await slatesOf(page)).length >= before + 2, 'two new slates');
    for (const slate of (await slatesOf(page)).slice(before)) {
      // Film 200 is a horror film; it was clicked, so it makes room.
      expect(new Set(slate.items.flatMap(({ categories }) => categories))).toEqual(new Set(['horror']));
      expect(slate.items.map(({ id }) => id)).not.toContain('200');
    }
    expect(await shiftOf(page)).toBe(0);
    expectCalm(visit);
  });

  it('remembers over page views, and asks the edge with the clicked items as seeds', async () => {
    const { page, context } = await open();
    await slateWhere(page, isDevice, 'the device order');
    await page.click('[data-v-position="0"] a');
    await slateWhere(page, ({ items }) => items.every(({ categories }) => categories[0] === 'horror'), 'horror films');
    await page.close();
    const second = await open({}, {}, context);
    const device = await slateWhere(second.page, isDevice, 'the device order');
    expect(new Set(device.items.flatMap(({ categories }) => categories))).toEqual(new Set(['horror']));
    const asked = edge.requests.filter(({ url }) => url.pathname === '/v1/recommend').map(({ url }) => url.searchParams);
    expect(asked.at(-1)?.get('seeds')).toBe('200');
    expect(asked.at(-1)?.get('user')).toBe(asked[0]?.get('user'));
    expect(asked.at(-1)?.get('session')).toBe(asked[0]?.get('session'));
  });

  it('asks the edge again with what was just clicked, and shows the answer in the order of the device only', async () => {
    const { page } = await open();
    await slateWhere(page, isDevice, 'the device order');
    await page.click('[data-v-position="0"] a');
    const asked = () => edge.requests.filter(({ url }) => url.pathname === '/v1/recommend').map(({ url }) => url.searchParams);
    await expect.poll(() => asked().at(-1)?.get('seeds')).toBe('200');
    const first = (await slatesOf(page))[0]?.slate;
    await slateWhere(page, ({ slate }) => slate !== first, 'the new candidates');
    const renewed = (await slatesOf(page)).filter(({ slate }) => slate !== first);
    expect(renewed.map(({ order }) => order)).toEqual(renewed.map(() => 'device'));
    expect(renewed.map(({ items }) => items.length)).toEqual(renewed.map(() => 12));
  });

  it('leaves alone what has been seen, unless the visitor does something', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    edge.intercept = async ({ url }) => {
      // The model comes after more than a second of looking at the edge order.
      if (url.pathname.startsWith('/v1/files/')) await held;
      return false;
    };
    // Of twelve cards in two rows, the second row lies below the fold.
    const context = await here.browser.newContext({ viewport: { width: 1200, height: 190 } });
    // The page's clock stands still but for what is said here, so that the deadline of the device's order cannot pass on a slow machine.
    const startMs = Date.now();
    await context.clock.install({ time: startMs });
    await context.clock.pauseAt(startMs + 1);
    const visit = await open({}, {}, context);
    const { page } = visit;
    await until(async () => {
      await page.clock.runFor(1);
      return (await slatesOf(page)).length;
    }, 'the edge order');
    // What observes later is told later: the client knows by then which cards are in view.
    await page.evaluate(
      () =>
        new Promise((told) => new IntersectionObserver(told).observe(document.querySelector('[data-v-position="0"]') as Element)),
    );
    await page.clock.runFor(1001);
    release();
    const device = await slateWhere(page, isDevice, 'the device order');
    const ids = device.items.map(({ id }) => id);
    expect(ids.slice(0, 6)).toEqual(edgeOrder.slice(0, 6));
    expect(ids.slice(6)).toEqual(deviceOrder.slice(0, 6));
    await page.click('[data-v-position="0"] a');
    const after = await slateWhere(page, ({ items }) => items[1]?.id !== '2', 'another slate');
    expect(new Set(after.items.flatMap(({ categories }) => categories))).toEqual(new Set(['drama']));
    expectCalm(visit);
  });

  it('keeps the edge order when the device is late, and never changes it by itself afterwards', async () => {
    edge.intercept = async ({ url }) => {
      if (url.pathname.startsWith('/v1/files/')) await new Promise((resolve) => setTimeout(resolve, 2200));
      return false;
    };
    const visit = await open();
    const late = await slateWhere(visit.page, ({ degraded }) => degraded.length > 0, 'a report');
    expect(late).toMatchObject({ order: 'edge', degraded: [{ stage: 'rerank', reason: 'late' }] });
    await visit.page.waitForTimeout(1200);
    expect(await titlesOf(visit.page)).toEqual(filmTitles(edgeOrder));
    // The model is there now: what the visitor does counts at once.
    await visit.page.click('[data-v-position="0"] a');
    await slateWhere(visit.page, isDevice, 'the device order');
    expectCalm(visit);
  });

  it('keeps the keyboard focus and takes Enter, the middle button and hide for what they are', async () => {
    const visit = await open();
    const { page } = visit;
    await slateWhere(page, isDevice, 'the device order');
    await page.focus('[data-v-position="3"] a');
    await page.keyboard.press('Enter');
    await slateWhere(page, ({ items }) => items.every(({ categories }) => categories[0] === 'drama'), 'dramas');
    expect(await page.evaluate(() => document.activeElement?.closest('[data-v-position]')?.getAttribute('data-v-position'))).toBe(
      '3',
    );
    const shown = await titlesOf(page);
    await page.click('[data-v-position="1"] .hide');
    await until(async () => !(await titlesOf(page)).includes(shown[1]!), 'the hidden item to go');
    await page.click('[data-v-position="2"] a', { button: 'middle' });
    await page.evaluate(() => (window as unknown as { vitrine: (...command: unknown[]) => void }).vitrine('flush'));
    const acts = await until(() => {
      const events = edge.batches.flatMap(({ events }) => events).filter(({ type }) => type !== 'impression');
      return events.length >= 3 ? events : undefined;
    }, 'three events');
    expect(acts.map(({ type }) => type)).toEqual(['click', 'hide', 'click']);
    expect(acts.map(({ position }) => position)).toEqual([3, 1, 2]);
    expectCalm(visit);
  });

  it('shows what another item is like when its attributes change, and gives back its children when it is taken out', async () => {
    const visit = await open({ rails: rail('id="a" surface="similar" count="4" item="1"', 4) });
    const { page } = visit;
    await slateWhere(page, isDevice, 'the device order');
    await page.evaluate(() => document.querySelector('#a')?.setAttribute('item', '200'));
    await slateWhere(page, ({ items, order }) => order === 'device' && items[0]?.id === '199', 'the other item’s slate');
    await page.evaluate(() => {
      const element = document.querySelector('#a') as Element;
      element.remove();
      (window as unknown as { removed: Element }).removed = element;
    });
    const own = await page.evaluate(
      () => (window as unknown as { removed: Element }).removed.querySelectorAll('[data-v-position]').length,
    );
    expect(own).toBe(0);
    await page.evaluate(() => document.body.append((window as unknown as { removed: Element }).removed));
    await until(async () => (await titlesOf(page)).join() === 'Film 199,Film 198,Film 197,Film 196', 'the slate again');
    expectCalm(visit);
  });

  it('works with a script from another origin', async () => {
    const other = await new FakeEdge().start();
    try {
      other.release = edge.release;
      const visit = await open({ origin: other.origin });
      const device = await slateWhere(visit.page, isDevice, 'the device order');
      expect(device.items.map(({ id }) => id)).toEqual(deviceOrder);
      expect(edge.requests.filter(({ url }) => url.pathname.startsWith('/v1/'))).toEqual([]);
      expectCalm(visit);
    } finally {
      await other.stop();
    }
  });

  it('writes no script address and no markup of an item into the page', async () => {
    edge.intercept = ({ url }, response) => {
      if (url.pathname !== '/v1/recommend') return false;
      const pack = edge.pack(url);
      const [first, ...rest] = pack.items;
      const bad = { ...first!, title: '<img src=x onerror=alert(1)>', url: 'javascript:alert(1)' };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ...pack, rerank: false, items: [bad, ...rest] }));
      return true;
    };
    const visit = await open();
    await slateWhere(visit.page, ({ order }) => order === 'edge', 'the edge order');
    const first = visit.page.locator('[data-v-position="0"] a');
    expect(await first.getAttribute('href')).toBeNull();
    expect(await first.locator('.title').textContent()).toBe('<img src=x onerror=alert(1)>');
    expect(await visit.page.locator('vitrine-rail img').count()).toBe(0);
    expectCalm(visit);
  });
});
