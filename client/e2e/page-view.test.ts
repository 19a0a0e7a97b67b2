import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSecrets } from '../../trainer/start/secret.ts';

/**
 * The whole path as a person meets it: `vitrine start` on real data (the simulated shop where the shared data is absent),
 * a real Chromium, the edge's order, the device's order, clicks that move the home rail, and those clicks in the log.
 */
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const films = join(process.env.VITRINE_DATA ?? join(root, '..', 'shared', 'data'), 'ml-latest-small');
const hasFilms = existsSync(films);

interface SlateDetail {
  surface: string;
  order: 'edge' | 'device';
  engine?: string;
  slate: string;
  degraded: { stage: string; reason: string }[];
  items: { id: string; title: string; categories: string[]; position: number }[];
}

let state: string;
let start: ChildProcess;
let url: string;
let output = '';
let browser: Browser;
let page: Page;
const pageErrors: string[] = [];

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

async function until<T>(what: string, deadlineMs: number, attempt: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const value = await attempt();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`waited ${deadlineMs} ms for ${what}\n${output.slice(-2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), 'vitrine-e2e-'));
  const port = await freePort();
  const data = hasFilms ? ['--data', films] : [];
  const args = [join(root, 'bin', 'vitrine.mjs'), 'start', '--json', '--port', String(port), '--state', state, ...data];
  start = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const keep = (chunk: Buffer) => {
    output += chunk.toString();
  };
  start.stdout?.on('data', keep);
  start.stderr?.on('data', keep);
  const ready = await until('the site', 230_000, async () => {
    if (start.exitCode !== null) throw new Error(`vitrine start ended with ${start.exitCode}:\n${output}`);
    return /^\{.*"url":.*\}$/m.exec(output)?.[0];
  });
  url = (JSON.parse(ready) as { url: string }).url;
  const executablePath = process.env.VITRINE_CHROMIUM ?? '/usr/bin/chromium';
  const flags = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  browser = await chromium.launch({ executablePath, args: flags });
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('pageerror', (error) => pageErrors.push(error.message));
  await page.addInitScript(() => {
    const seen: unknown[] = [];
    Object.assign(window, { slates: seen, shifts: 0 });
    document.addEventListener('vitrine:slate', (event) => seen.push(JSON.parse(JSON.stringify((event as CustomEvent).detail))));
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
        if (!entry.hadRecentInput) (window as unknown as { shifts: number }).shifts += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
}, 240_000);

afterAll(async () => {
  await browser?.close();
  if (start && start.exitCode === null) {
    start.kill('SIGINT');
    await until('the end of vitrine start', 15_000, async () => start.exitCode ?? start.signalCode ?? undefined);
  }
  if (state) rmSync(state, { recursive: true, force: true });
});

const homeSlates = async (): Promise<SlateDetail[]> =>
  (await page.evaluate(() => (window as unknown as { slates: SlateDetail[] }).slates)).filter(
    (slate) => slate.surface === 'home',
  );

const shareOf = (slate: SlateDetail, category: string) =>
  slate.items.filter((item) => item.categories.includes(category)).length / slate.items.length;

type Title = readonly [id: string, title: string, category: string];

/** The largest category that the rail shows least, and its three most popular items: a visitor with an interest that the site does not know yet. */
async function newInterest(before: SlateDetail) {
  const titles = ((await (await fetch(`${url}/v1/titles?site=demo`)).json()) as { items: Title[] }).items;
  const sizes = new Map<string, number>();
  for (const [, , category] of titles) sizes.set(category, (sizes.get(category) ?? 0) + 1);
  const [category = ''] = [...sizes.keys()]
    .filter((name) => name !== '')
    .sort((a, b) => shareOf(before, a) - shareOf(before, b) || (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
  const popular = await fetch(`${url}/v1/popular?site=demo&count=3&category=${encodeURIComponent(category)}`);
  const { items: chosen } = (await popular.json()) as { items: { id: string; title: string }[] };
  expect(chosen).toHaveLength(3);
  return { category, chosen };
}

/** Opens an item as a visitor does: by its card, or by the search box where there is none or it moves away under the pointer. */
async function openItem({ id, title }: { id: string; title: string }): Promise<void> {
  const card = page.locator(`vitrine-rail [data-id="${id}"]:visible a`).first();
  const opened =
    (await card.count()) > 0 &&
    (await card.click({ timeout: 3000 }).then(
      () => true,
      () => false,
    ));
  if (!opened) {
    await page.fill('#search', title.replace(/ \(\d{4}\)$/, ''));
    await page.locator(`#search-results [data-item="${id}"]`).click();
  }
  await page.waitForURL(`**/item/${id}`);
}

describe(`one page view on ${hasFilms ? 'MovieLens' : 'the simulated shop'}`, () => {
  test('the edge order is shown, then the device order, without layout shift', async () => {
    await page.goto(url);
    const orders = await until('a device order', 30_000, async () => {
      const seen = (await homeSlates()).map((slate) => slate.order);
      return seen.includes('device') ? seen : undefined;
    });
    expect(orders[0]).toBe('edge');
    const device = (await homeSlates()).find((slate) => slate.order === 'device');
    expect(device?.engine).toBe('kernel');
    expect(device?.degraded).toEqual([]);
    expect(device?.items).toHaveLength(12);
    expect(await page.evaluate(() => (window as unknown as { shifts: number }).shifts)).toBeLessThan(0.01);
    expect(pageErrors).toEqual([]);
  });

  test('clicks on three items of one genre move the home rail towards it, within the page view', async () => {
    const before = (await homeSlates()).findLast((slate) => slate.order === 'device');
    if (!before) throw new Error('no device order');
    const { category, chosen } = await newInterest(before);
    const opened = await page.evaluate(() => performance.timeOrigin);
    for (const item of chosen) {
      await openItem(item);
      await page.goBack();
    }
    // The rail changes with each click: what counts is the order after the last one, which hides all three.
    await until('the home rail to move towards the clicks, without them', 15_000, async () => {
      const last = (await homeSlates()).findLast((slate) => slate.order === 'device');
      const hidesAll = last?.items.every(({ id }) => !chosen.some((item) => item.id === id));
      return last && hidesAll && shareOf(last, category) > shareOf(before, category) ? last : undefined;
    });
    expect(await page.evaluate(() => performance.timeOrigin)).toBe(opened);

    // Those clicks are in R2, read through the admin API.
    const headers = { authorization: `Bearer ${readSecrets(join(root, '.dev.vars')).adminToken}` };
    const clicked = await until('the clicks in the log', 30_000, async () => {
      const listed = (await (await fetch(`${url}/v1/admin/sites/demo/log?type=event`, { headers })).json()) as {
        objects: { key: string }[];
      };
      const rows: { type: string; item: string }[] = [];
      for (const { key } of listed.objects) {
        const text = await (
          await fetch(`${url}/v1/admin/sites/demo/log/object?key=${encodeURIComponent(key)}`, { headers })
        ).text();
        for (const line of text.split('\n').filter(Boolean)) rows.push(JSON.parse(line) as { type: string; item: string });
      }
      const items = rows.filter((row) => row.type === 'click').map((row) => row.item);
      return chosen.every((item) => items.includes(item.id)) ? items : undefined;
    });
    expect(clicked).toEqual(expect.arrayContaining(chosen.map((item) => item.id)));
    expect(pageErrors).toEqual([]);
  });

  test('Ctrl-C leaves nothing behind', async () => {
    await browser.close();
    start.kill('SIGINT');
    await until('the end of vitrine start', 15_000, async () => start.exitCode ?? start.signalCode ?? undefined);
    expect(start.exitCode).toBe(0);
    await expect(fetch(`${url}/v1/health`)).rejects.toThrow();
  });
});
