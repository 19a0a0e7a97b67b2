import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Chromium, as on the machines of visitors but without looking outside. */
export function launch(...args: string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.VITRINE_CHROMIUM || '/usr/bin/chromium',
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(args.length ? args : ['--disable-gpu']),
    ],
  });
}

/** Asks until the answer is truthy. Under a strict policy `page.waitForFunction` cannot run, `evaluate` can. */
export async function until<T>(ask: () => Promise<T> | T, what: string, ms = 15_000): Promise<NonNullable<T>> {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer) return answer as NonNullable<T>;
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A page with the slates it announced, its layout shift and what went wrong in it, all recorded from its first moment. */
export interface WatchedPage {
  readonly page: Page;
  /** Uncaught errors and unhandled rejections. */
  readonly errors: string[];
}

/** Runs in the page before anything else. */
function record(): void {
  const seen = { slates: [] as unknown[], shift: 0, longTasks: [] as number[] };
  (window as unknown as { seen: typeof seen }).seen = seen;
  addEventListener('vitrine:slate', (event) => {
    const { detail, target } = event as CustomEvent;
    seen.slates.push({ rail: (target as Element).id, ...detail });
  });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) seen.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.longTasks.push(entry.duration);
  }).observe({ type: 'longtask', buffered: true });
}

export async function watch(context: BrowserContext): Promise<WatchedPage> {
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.addInitScript(record);
  return { page, errors };
}

/** What a `vitrine:slate` event said, as it comes out of the page. */
export interface SeenSlate {
  readonly rail: string;
  readonly surface: string;
  readonly slate: string;
  readonly order: 'edge' | 'device';
  readonly engine: string;
  readonly items: readonly {
    readonly id: string;
    readonly position: number;
    readonly edgeRank: number;
    readonly deviceRank?: number;
    readonly deviceScore?: number;
    readonly categories: readonly string[];
    readonly features?: Readonly<Record<string, number>>;
  }[];
  readonly timing: Readonly<Record<string, number>>;
  readonly degraded: readonly { readonly stage: string; readonly reason: string }[];
}

export const slatesOf = (page: Page): Promise<SeenSlate[]> =>
  page.evaluate(() => (window as unknown as { seen: { slates: SeenSlate[] } }).seen.slates);
export const shiftOf = (page: Page): Promise<number> =>
  page.evaluate(() => (window as unknown as { seen: { shift: number } }).seen.shift);
export const longTasksOf = (page: Page): Promise<number[]> =>
  page.evaluate(() => (window as unknown as { seen: { longTasks: number[] } }).seen.longTasks);

/** The newest slate that satisfies a condition. */
export function slateWhere(page: Page, wanted: (slate: SeenSlate) => boolean, what: string): Promise<SeenSlate> {
  return until(async () => (await slatesOf(page)).findLast(wanted), what);
}

/** Text of what each visible item shows, in order. */
export const titlesOf = (page: Page, rail = 'vitrine-rail'): Promise<string[]> =>
  page.$$eval(`${rail} .title`, (elements) =>
    elements.filter((element) => getComputedStyle(element).visibility !== 'hidden').map((element) => element.textContent ?? ''),
  );
