import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { publishRelease } from '../../release/publish.ts';
import { writeRelease } from '../../release/write.ts';
import { quantile } from '../quantile.ts';
import { syntheticRelease } from '../recommend/release.ts';
import { freePort, startBenchWorker } from '../recommend/worker.ts';
import { serveBenchShop } from './shop.ts';
import { scriptTasks, type Task, type TraceEvent, traceCategories } from './trace.ts';

/** What a page's main thread feels of the client. */
export interface LoadFigures {
  readonly loads: number;
  /** Median over the loads of the longest task that ran a script; what the machine gave to other processes meanwhile included. */
  readonly longestTaskMs: number;
  /** The same of the processor's time. */
  readonly longestTaskCpuMs: number;
  /** Largest sum of layout shifts of a load. */
  readonly layoutShift: number;
}

const site = 'bench';
/** Reranked rails of the page, and what of them has been shown at the end: at first, after a click, and with new candidates after it. */
const rerankedRails = 2;
const waitMs = 30_000;

const seenOf = (page: Page): Promise<{ device: number; shift: number }> =>
  page.evaluate(() => (window as unknown as { seen: { device: number; shift: number } }).seen);

async function deviceSlates(page: Page, count: number): Promise<void> {
  for (const end = Date.now() + waitMs; (await seenOf(page)).device < count; ) {
    if (Date.now() > end) throw new Error(`the page did not show ${count} slates in the device's order within ${waitMs} ms`);
    await page.waitForTimeout(200);
  }
}

/** One visit in a fresh profile: from the page's address to the device's order, a second of looking, a click and the orders that follow. */
async function visit(browser: Browser, origin: string, throttling: number): Promise<{ tasks: Task[]; shift: number }> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    const events: TraceEvent[] = [];
    session.on('Tracing.dataCollected', ({ value }) => void events.push(...(value as unknown as TraceEvent[])));
    await session.send('Emulation.setCPUThrottlingRate', { rate: throttling });
    await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: traceCategories } });
    await page.goto(origin);
    await deviceSlates(page, rerankedRails);
    await page.waitForTimeout(1500);
    // Raw input: a driver's own click would run scripts in the same task.
    await page.mouse.click(60, 30);
    await deviceSlates(page, 3 * rerankedRails);
    const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
    await session.send('Tracing.end');
    await complete;
    return { tasks: scriptTasks(events, origin), shift: (await seenOf(page)).shift };
  } finally {
    await context.close();
  }
}

/**
 * The built client on a page of three rails under the real Worker, the page's processor slowed down. Load after load in fresh profiles.
 * @throws Error when the client is not built, or does not show the device's order
 */
export async function measureLoads(browser: Browser, loads: number, throttling: number): Promise<LoadFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-loads-'));
  const release = join(folder, 'release');
  await mkdir(release);
  await writeRelease(release, await syntheticRelease({ items: 2000, dim: 32, neighbours: 100, seed: 1 }));
  const worker = await startBenchWorker(folder, await freePort());
  try {
    await publishRelease({ url: worker.url, token: worker.token, site }, release);
    const shop = await serveBenchShop(worker.url);
    try {
      const visits: Awaited<ReturnType<typeof visit>>[] = [];
      for (let load = 0; load < loads; load++) visits.push(await visit(browser, shop.origin, throttling));
      const median = (of: (task: Task) => number) =>
        quantile(
          visits.map(({ tasks }) => Math.max(...tasks.map(of))),
          0.5,
        );
      return {
        loads,
        longestTaskMs: median(({ ms }) => ms),
        longestTaskCpuMs: median(({ cpuMs }) => cpuMs),
        layoutShift: Math.max(...visits.map(({ shift }) => shift)),
      };
    } finally {
      await shop.close();
    }
  } finally {
    await worker.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
