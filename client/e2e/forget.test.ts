import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Command, Kept } from '../command.ts';
import { slateWhere, until } from './browser.ts';
import { json } from './edge.ts';
import { expectCalm, type Visit, visits } from './visit.ts';

const { edge, open } = visits();
type Host = Window & { vitrine(...command: Command): void };

const ready = ({ page }: Visit) => slateWhere(page, ({ order }) => order === 'device', 'the device order');
const command = (page: Page, ...values: unknown[]) =>
  page.evaluate((list) => (window as unknown as Host).vitrine(...(list as unknown as Command)), values);
const track = (page: Page, item: string): Promise<Kept> =>
  page.evaluate(
    (id) => new Promise((resolve) => (window as unknown as Host).vitrine('track', { type: 'cart', item: id }, resolve)),
    item,
  );
const flush = (page: Page) =>
  page.evaluate(() => new Promise((resolve) => (window as unknown as Host).vitrine('flush', resolve)));
/** Everything in localStorage, and whether there is a database. */
const local = (page: Page) => page.evaluate(() => ({ ...localStorage }) as Record<string, string>);
const userOf = async (page: Page): Promise<string> => JSON.parse((await local(page))['vitrine:demo'] ?? '{}').user;
const carts = () => edge.batches.flatMap(({ events, user }) => events.flatMap(({ item }) => `${user} ${item}`));
const wishes = () => edge.requests.filter(({ url }) => url.pathname === '/v1/forget');

async function known(context?: BrowserContext): Promise<Visit & { user: string }> {
  const visit = await open({}, {}, context);
  await ready(visit);
  return { ...visit, user: await until(() => userOf(visit.page), 'the pseudonym') };
}

describe('forget', () => {
  it('tells the edge, once, by the pseudonym alone, and keeps nothing of it', async () => {
    const visit = await known();
    await command(visit.page, 'forget');
    await until(() => edge.forgotten.length, 'the wish at the edge');
    expect(edge.forgotten).toEqual([visit.user]);
    const [wish] = wishes();
    expect(JSON.parse(wish?.body ?? '')).toEqual({ user: visit.user });
    expect(wish?.headers['content-type']).toMatch(/^text\/plain/);
    await until(async () => !JSON.stringify(await local(visit.page)).includes(visit.user), 'the pseudonym to go');
    expect(await userOf(visit.page)).not.toBe(visit.user);
    expectCalm(visit);
  });

  it('says nothing where nobody was known, nor when consent is only withdrawn', async () => {
    const visit = await open({ script: '' });
    await ready(visit);
    await command(visit.page, 'forget');
    await command(visit.page, 'consent', 'granted');
    await track(visit.page, 'a');
    await command(visit.page, 'consent', 'denied');
    await visit.page.waitForTimeout(500);
    expect(wishes()).toEqual([]);
    expect(await local(visit.page)).toEqual({});
    expectCalm(visit);
  });

  it('reaches the edge from a later page where it failed, also without consent, and keeps the pseudonym alone until then', async () => {
    const { page, context, user } = await known();
    edge.intercept = ({ url }, response) => {
      if (!/^\/v1\/(events|forget)$/.test(url.pathname)) return false;
      json(response, 503, {});
      return true;
    };
    await track(page, 'unsent');
    await command(page, 'forget');
    await command(page, 'consent', 'denied');
    await until(() => wishes().length, 'the first try');
    await until(async () => (await page.evaluate(() => indexedDB.databases())).length === 0, 'the database to go');
    expect(await local(page)).toEqual({ 'vitrine:demo:forget': user });
    await page.close();
    edge.intercept = undefined;
    const visit = await open({ script: 'data-consent="denied"' }, {}, context);
    await until(() => edge.forgotten.length, 'the wish at the edge');
    expect(edge.forgotten).toEqual([user]);
    await until(async () => Object.keys(await local(visit.page)).length === 0, 'the pseudonym to go');
    await visit.page.waitForTimeout(300);
    expect(carts()).toEqual([]);
    expectCalm(visit);
  });

  it('is tried again by the same page, until the edge has acknowledged', async () => {
    const visit = await known();
    let tries = 0;
    edge.intercept = ({ url }, response) => {
      if (url.pathname !== '/v1/forget' || ++tries > 2) return false;
      if (tries === 1) response.destroy();
      else json(response, 429, {});
      return true;
    };
    await command(visit.page, 'forget');
    await until(() => edge.forgotten.length, 'the wish at the edge');
    expect(tries).toBe(3);
    expectCalm(visit);
  });

  it('comes after what is under way, because the edge forgets what it has received', async () => {
    const visit = await known();
    const order: string[] = [];
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    edge.intercept = async ({ url }) => {
      if (!/^\/v1\/(events|forget)$/.test(url.pathname)) return false;
      if (url.pathname === '/v1/events') await held;
      order.push(url.pathname);
      return false;
    };
    await track(visit.page, 'a');
    void flush(visit.page);
    await until(() => edge.requests.some(({ url }) => url.pathname === '/v1/events'), 'the events to be under way');
    await command(visit.page, 'forget');
    await visit.page.waitForTimeout(300);
    expect(order).toEqual([]);
    letGo();
    await until(() => edge.forgotten.length, 'the wish at the edge');
    expect(order).toEqual(['/v1/events', '/v1/forget']);
    expectCalm(visit);
  });

  it('counts in every tab: none brings the pseudonym or an unsent event back', async () => {
    const first = await known();
    const second = await open({}, {}, first.context);
    await ready(second);
    edge.intercept = ({ url }, response) => {
      if (url.pathname !== '/v1/events') return false;
      json(response, 503, {});
      return true;
    };
    await track(second.page, 'unsent');
    await command(first.page, 'forget');
    await until(() => edge.forgotten.length, 'the wish at the edge');
    edge.intercept = undefined;
    await track(second.page, 'new');
    await flush(second.page);
    await track(first.page, 'newer');
    await flush(first.page);
    const sent = carts();
    const user = await userOf(second.page);
    expect(user).not.toBe(first.user);
    expect(sent.filter((text) => text.includes('unsent') || text.includes(first.user))).toEqual([]);
    expect(sent).toEqual(expect.arrayContaining([`${user} new`, `${user} newer`]));
    await second.page.close();
    await first.page.close();
    const third = await open({}, {}, first.context);
    await ready(third);
    await flush(third.page);
    expect(carts().filter((text) => text.includes(first.user))).toEqual([]);
    for (const visit of [first, second, third]) expectCalm(visit);
  });
});
